#include "pipeline/strip_chain.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "base/run_control.hpp"

namespace limpid::pipeline {
namespace {

using kernels::RowRange;

/// What a strip costs beside its rows (its first rows of luma, tables) and what no longer fits the
/// L2 cache are even here: the chain of 24 MP took 131 ms in strips of 2 MB, 136 of 1 MB, 135 of
/// 512 KB (Zen 3, AVX-512, one thread, best of 27).
constexpr std::ptrdiff_t kStripBytes = 2 << 20;
/// Less is not cut further to have something for every thread.
constexpr std::ptrdiff_t kLeastSharedBytes = 256 << 10;
constexpr int kMinStripRows = 16;
constexpr int kMaxStripRows = 256;
/// Enough for threads that take one after the other to end together; more would cost more in halos.
constexpr int kTasksPerThread = 8;

/// What one thread needs between the stages: a buffer behind each of them but the last.
using Scratch = std::vector<Image>;

/// One scratch per thread, handed out and taken back.
class ScratchPool {
public:
    [[nodiscard]] Status reserve(int count, std::size_t buffers, const ImageView& shape, int rows) {
        for (int i = 0; i < count; ++i) {
            Scratch scratch;
            for (std::size_t j = 0; j < buffers; ++j) {
                auto image = Image::create_for_overwrite(shape.format, shape.width_px, rows);
                if (!image) return std::unexpected(std::move(image).error());
                scratch.push_back(std::move(*image));
            }
            free_.push_back(std::move(scratch));
        }
        return {};
    }
    [[nodiscard]] Scratch take() {
        const std::lock_guard lock(mutex_);
        Scratch scratch = std::move(free_.back());
        free_.pop_back();
        return scratch;
    }
    void give_back(Scratch scratch) {
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(scratch));
    }

private:
    std::mutex mutex_;
    std::vector<Scratch> free_;
};

/// The output of a stage for the next one: consecutive rows of the image.
class Window {
public:
    explicit Window(MutableImageView buffer) : buffer_(buffer) {}

    /// Move on to `rows`, which begin no earlier than before, keeping those that are there.
    /// @return the ones to be written.
    [[nodiscard]] RowRange move_to(RowRange rows) noexcept {
        const RowRange kept = {rows.begin, std::max(rows_.end, rows.begin)};
        for (int y = kept.begin; y < kept.end && rows.begin != rows_.begin; ++y) {
            std::memcpy(buffer_.row(y - rows.begin), buffer_.row(y - rows_.begin),
                        buffer_.row_bytes());
        }
        rows_ = rows;
        return {kept.end, std::max(rows.end, kept.end)};
    }
    [[nodiscard]] kernels::OutputStrip to_write(RowRange rows) const noexcept {
        return {part(rows), rows.begin};
    }
    [[nodiscard]] kernels::InputStrip to_read(int image_height_px) const noexcept {
        return {part(rows_), rows_.begin, image_height_px};
    }

private:
    [[nodiscard]] MutableImageView part(RowRange rows) const noexcept {
        MutableImageView view = buffer_;
        view.data = buffer_.row(rows.begin - rows_.begin);
        view.height_px = rows.count();
        return view;
    }

    MutableImageView buffer_;
    RowRange rows_{0, 0};
};

/// Takes rows through the chain, strip after strip; shared by all threads. What a stage made for
/// the strip before and the next needs too, its halo, is kept: at 6000 px a strip of 58 rows would
/// have 8 rows of colour computed again for sharpening.
class StripRunner {
public:
    StripRunner(std::span<const StripStage> stages, int strip_rows, const ImageView& input,
                const MutableImageView& output, ScratchPool& pool)
        : stages_(stages), strip_rows_(strip_rows), input_(input), output_(output), pool_(pool) {}

    [[nodiscard]] Status operator()(RowRange rows, const RunOptions& run) const {
        Scratch scratch = stages_.size() > 1 ? pool_.take() : Scratch();
        std::vector<Window> windows;
        for (Image& buffer : scratch) windows.emplace_back(buffer.view());
        Status status;
        for (int y = rows.begin; status && y < rows.end; y += strip_rows_) {
            status = is_cancelled(run) ? Status(fail(ErrorCode::run_cancelled))
                                       : through({y, std::min(y + strip_rows_, rows.end)}, windows);
        }
        if (stages_.size() > 1) pool_.give_back(std::move(scratch));
        return status;
    }

private:
    [[nodiscard]] Status through(RowRange rows, std::vector<Window>& windows) const {
        // From the last stage back: what each must deliver for the ones behind it.
        std::vector<RowRange> made(stages_.size());
        made.back() = rows;
        RowRange delivered = rows;
        for (std::size_t i = stages_.size() - 1; i > 0; --i) {
            delivered = stages_[i].needed(delivered);
            made[i - 1] = windows[i - 1].move_to(delivered);
        }
        for (std::size_t i = 0; i < stages_.size(); ++i) {
            if (made[i].count() == 0) continue;
            const bool is_last = i + 1 == stages_.size();
            Status status = stages_[i].run(
                i == 0 ? kernels::strip(input_, stages_[0].needed(made[0]))
                       : windows[i - 1].to_read(input_.height_px),
                is_last ? kernels::strip(output_, made[i]) : windows[i].to_write(made[i]));
            if (!status) return status;
        }
        return {};
    }

    std::span<const StripStage> stages_;
    int strip_rows_;
    ImageView input_;
    MutableImageView output_;
    ScratchPool& pool_;
};

/// Rows of the largest strip between two stages.
int scratch_rows(std::span<const StripStage> stages, int strip_rows, int height_px) {
    // In the middle of the image nothing is clamped, so a strip there needs the most.
    const int begin = std::max((height_px - strip_rows) / 2, 0);
    RowRange rows = {begin, std::min(begin + strip_rows, height_px)};
    for (std::size_t i = stages.size() - 1; i > 0; --i) rows = stages[i].needed(rows);
    return rows.count();
}

/// Whole strips, as many as leave every thread enough tasks to end with the others: each task
/// computes its first halo anew.
int rows_per_task(std::span<const StripStage> stages, int strip_rows, int height_px, int threads) {
    constexpr int kMostStrips = 8;
    if (stages.size() == 1) return strip_rows;  // without a halo between stages
    const int strips = (height_px + strip_rows - 1) / strip_rows;
    return strip_rows * std::clamp(strips / (kTasksPerThread * threads), 1, kMostStrips);
}

std::uint64_t bytes_per_thread(std::span<const StripStage> stages, const ImageView& input,
                               std::size_t buffers, int buffer_rows) {
    std::uint64_t in_a_stage = 0;
    for (const StripStage& stage : stages) in_a_stage = std::max(in_a_stage, stage.scratch_bytes);
    return std::uint64_t{input.row_bytes()} * static_cast<unsigned>(buffer_rows) * buffers +
           in_a_stage;
}

}  // namespace

int concurrency(const RunOptions& run) noexcept {
    return run.runner != nullptr ? std::max(run.runner->concurrency(), 1) : 1;
}

int cached_strip_rows(const ImageView& input, int threads) noexcept {
    const auto row_bytes = static_cast<std::ptrdiff_t>(input.row_bytes());
    std::ptrdiff_t rows = kStripBytes / row_bytes;
    if (threads > 1) {
        const std::ptrdiff_t fair = input.height_px / (kTasksPerThread * threads);
        rows = std::min(rows, std::max(fair, kLeastSharedBytes / row_bytes));
    }
    return static_cast<int>(std::clamp<std::ptrdiff_t>(rows, kMinStripRows, kMaxStripRows));
}

Status run_chain(std::span<const StripStage> stages, int strip_rows, const ImageView& input,
                 const MutableImageView& output, MemoryBudget& budget, const RunOptions& run) {
    const std::size_t buffers = stages.size() - 1;
    const int buffer_rows = scratch_rows(stages, strip_rows, input.height_px);
    const int task_rows = rows_per_task(stages, strip_rows, input.height_px, concurrency(run));
    const int tasks = (input.height_px + task_rows - 1) / task_rows;
    const int at_a_time = std::min(concurrency(run), tasks);
    const std::uint64_t scratch_bytes =
        bytes_per_thread(stages, input, buffers, buffer_rows) * static_cast<unsigned>(at_a_time);
    if (Status held = budget.hold(scratch_bytes); !held) return held;
    ScratchPool pool;
    Status status = buffers == 0 ? Status() : pool.reserve(at_a_time, buffers, input, buffer_rows);

    const StripRunner run_rows(stages, strip_rows, input, output, pool);
    const auto first_row = [&](int task) { return std::min(task * task_rows, input.height_px); };
    if (status) {
        status = run_stage(
            run, Stage::render, tasks,
            [&](int i) { return run_rows({first_row(i), first_row(i + 1)}, run); },
            giving_rows(run, output, first_row));
    }
    budget.release(scratch_bytes);
    return status;
}

std::function<void(int)> giving_rows(const RunOptions& run, const ImageView& output,
                                     std::function<int(int)> first_row) {
    if (!run.on_rows) return {};
    return [&run, output, first_row = std::move(first_row), given = 0](int tasks_done) mutable {
        const int begin = std::exchange(given, first_row(tasks_done));
        run.on_rows(output, begin, given - begin);
    };
}

}  // namespace limpid::pipeline
