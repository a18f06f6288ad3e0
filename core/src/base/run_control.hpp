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
/// Rows are given by the last part only, which ends at 1. Borrows `run`.
[[nodiscard]] RunOptions part_of_stage(const RunOptions& run, double begin, double end);

/// Run `task(i)` for every i in [0, count) on the caller's runner, or here without one. Tasks that
/// have not begun when the cancel flag goes up are left out, and so are those behind one that has
/// failed.
/// @return the first failure in task order, whatever order they ran in.
[[nodiscard]] Status run_tasks(const RunOptions& run, int count,
                               const std::function<Status(int)>& task);

/// The tasks of a whole stage: run_tasks(), telling the caller from time to time how far it is. The
/// other threads go on meanwhile: cut into batches, each thread would wait for the slowest at the
/// end of every one.
/// @param on_first  called on the calling thread with a number that grows to `count`: so many tasks
///                  from the first on have ended well. What they wrote can be read.
[[nodiscard]] Status run_stage(const RunOptions& run, Stage stage, int count,
                               const std::function<Status(int)>& task,
                               const std::function<void(int)>& on_first = {});

}  // namespace limpid
