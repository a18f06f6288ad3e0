#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "kernels/kernels.hpp"
#include "limpid/run.hpp"
#include "pipeline/memory_budget.hpp"

namespace limpid::pipeline {

/// One kernel of a chain: rows of an image to rows of an image of the same size and format.
struct StripStage {
    /// Input rows that output rows are made of.
    std::function<kernels::RowRange(kernels::RowRange)> needed;
    /// Thread-safe; writes all rows of its output.
    std::function<Status(const kernels::InputStrip&, const kernels::OutputStrip&)> run;
    /// The most pixel memory that a call of run() takes by itself.
    std::uint64_t scratch_bytes = 0;
};

/// Run `stages` one after the other over `input`, strip by strip: a strip passes through the whole
/// chain while it is in cache, and no image is held between two stages. How the rows are cut
/// changes no byte. Rows of the output are given to the caller as tasks of several strips end.
/// @param stages      at least one.
/// @param strip_rows  rows of a strip, at least 1.
/// @param output      size and format of `input`, no shared memory; fully written on success,
///                    unspecified on failure.
/// @return the first failure; memory.exhausted for the strip buffers; run.cancelled.
[[nodiscard]] Status run_chain(std::span<const StripStage> stages, int strip_rows,
                               const ImageView& input, const MutableImageView& output,
                               MemoryBudget& budget, const RunOptions& run);

/// Tasks that `run` has room for at a time, at least 1.
[[nodiscard]] int concurrency(const RunOptions& run) noexcept;

/// Rows for which a strip stays in a core's caches while several kernels pass over it, and there
/// are strips for all of `threads`, which is at least 1.
[[nodiscard]] int cached_strip_rows(const ImageView& input, int threads) noexcept;

/// For run_stage(): gives the caller the rows of `output` that tasks have made, the first of which
/// for task i is first_row(i). Empty where the caller does not ask for rows.
[[nodiscard]] std::function<void(int)> giving_rows(const RunOptions& run, const ImageView& output,
                                                   std::function<int(int)> first_row);

}  // namespace limpid::pipeline
