#pragma once

#include "worker/protocol.hpp"

namespace limpid::worker {

/// Do what `request` asks for, in a worker.
/// @param input   file with recipe, table and image.
/// @param output  file of request.output_capacity_bytes for image and report; no longer mapped when
///     this returns, so that the pool can seal it.
[[nodiscard]] Reply run_job(const Request& request, int input, int output);

/// Do everything once that the program does only the first time: choosing kernels for the
/// processor, whatever a library reads or asks of the system. Comes before enter_sandbox().
/// @return the first error of the library.
[[nodiscard]] Status warm_up();

}  // namespace limpid::worker
