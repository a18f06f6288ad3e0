#pragma once

#include <functional>

#include "limpid/run.hpp"

namespace limpid {

/// The cancel flag is up. Cheap enough for every strip; callable from any thread.
[[nodiscard]] bool is_cancelled(const RunOptions& run) noexcept;

/// Tell the caller how far `stage` is; run.cancelled when the caller no longer wants the result.
/// To be called on the thread that entered the library.
[[nodiscard]] Status report_progress(const RunOptions& run, Stage stage, double fraction);

/// Options for a part of a stage: the progress 0..1 of a step becomes `begin`..`end` of the stage.
/// Borrows `run`.
[[nodiscard]] RunOptions part_of_stage(const RunOptions& run, double begin, double end);

/// Run `task(i)` for every i in [0, count) on the caller's runner, or here without one. Tasks that
/// have not begun when the cancel flag goes up are left out.
/// @return the first failure in task order, whatever order they ran in.
[[nodiscard]] Status run_tasks(const RunOptions& run, int count,
                               const std::function<Status(int)>& task);

}  // namespace limpid
