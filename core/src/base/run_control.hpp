#pragma once

#include "limpid/run.hpp"

namespace limpid {

/// The cancel flag is up. Cheap enough for every strip; callable from any thread.
[[nodiscard]] bool is_cancelled(const RunOptions& run) noexcept;

/// Tell the caller how far `stage` is; run.cancelled when the caller no longer wants the result.
/// To be called on the thread that entered the library.
[[nodiscard]] Status report_progress(const RunOptions& run, Stage stage, double fraction);

}  // namespace limpid
