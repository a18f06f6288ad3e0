#pragma once

#include "limpid/error.hpp"
#include "worker/pool.hpp"
#include "worker/protocol.hpp"

namespace limpid::worker {

/// What a worker that says `reply` made, taken from the file of the output so that it cannot be
/// changed any more.
/// @return worker.died when the reply cannot be true: sizes beyond the file, a file that the worker
///     still holds mapped, an output that was not asked for or is missing, a report that is no JSON
///     object. memory.exhausted.
[[nodiscard]] Result<Done> take_output(const Request& request, const Reply& reply, int output);

}  // namespace limpid::worker
