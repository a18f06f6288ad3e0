#include "pipeline/strip_chain.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "base/run_control.hpp"

namespace limpid::pipeline {
namespace {

using kernels::RowRange;

constexpr std::ptrdiff_t kStripBytes = 1 << 20;
constexpr int kMinStripRows = 16;
constexpr int kMaxStripRows = 256;

/// Strips between two looks at progress and cancellation, per thread.
constexpr int kStripsPerThread = 4;

/// What one thread needs between the stages: the output of one is the input of the next.
using Scratch = std::array<Image, 2>;

/// One scratch per thread, handed out and taken back.
class ScratchPool {
public:
    [[nodiscard]] Status reserve(int count, std::size_t buffers, const ImageView& shape, int rows) {
        for (int i = 0; i < count; ++i) {
            Scratch scratch;
            for (std::size_t j = 0; j < buffers; ++j) {
                Result<Image> image = Image::create(shape.format, shape.width_px, rows);
                if (!image) return std::unexpected(std::move(image).error());
                scratch[j] = std::move(*image);
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

/// Takes single strips through the chain; shared by all threads.
class StripRunner {
public:
    StripRunner(std::span<const StripStage> stages, const ImageView& input,
                const MutableImageView& output, ScratchPool& pool)
        : stages_(stages), input_(input), output_(output), pool_(pool) {}

    [[nodiscard]] Status operator()(RowRange rows) const {
        Scratch scratch = stages_.size() > 1 ? pool_.take() : Scratch();
        Status status = through(rows, scratch);
        if (stages_.size() > 1) pool_.give_back(std::move(scratch));
        return status;
    }

private:
    [[nodiscard]] Status through(RowRange rows, Scratch& scratch) const {
        // From the last stage back: what each must deliver for the ones behind it.
        std::vector<RowRange> delivered(stages_.size());
        delivered.back() = rows;
        for (std::size_t i = stages_.size() - 1; i > 0; --i) {
            delivered[i - 1] = stages_[i].needed(delivered[i]);
        }
        kernels::InputStrip in = kernels::strip(input_, stages_.front().needed(delivered.front()));
        for (std::size_t i = 0; i + 1 < stages_.size(); ++i) {
            MutableImageView buffer = scratch[i % 2].view();
            buffer.height_px = delivered[i].count();
            Status status = stages_[i].run(in, {buffer, delivered[i].begin});
            if (!status) return status;
            in = {buffer, delivered[i].begin, input_.height_px};
        }
        return stages_.back().run(in, kernels::strip(output_, rows));
    }

    std::span<const StripStage> stages_;
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

int cached_strip_rows(const ImageView& input) noexcept {
    const auto row_bytes = static_cast<std::ptrdiff_t>(input.row_bytes());
    return static_cast<int>(
        std::clamp<std::ptrdiff_t>(kStripBytes / row_bytes, kMinStripRows, kMaxStripRows));
}

Status run_chain(std::span<const StripStage> stages, int strip_rows, const ImageView& input,
                 const MutableImageView& output, MemoryBudget& budget, const RunOptions& run) {
    const std::size_t buffers = std::min<std::size_t>(stages.size() - 1, 2);
    const int buffer_rows = scratch_rows(stages, strip_rows, input.height_px);
    const int strips = (input.height_px + strip_rows - 1) / strip_rows;
    const int at_a_time = std::min(concurrency(run), strips);
    const std::uint64_t scratch_bytes =
        bytes_per_thread(stages, input, buffers, buffer_rows) * static_cast<unsigned>(at_a_time);
    if (Status held = budget.hold(scratch_bytes); !held) return held;
    ScratchPool pool;
    Status status = buffers == 0 ? Status() : pool.reserve(at_a_time, buffers, input, buffer_rows);

    const StripRunner run_strip(stages, input, output, pool);
    const int batch = kStripsPerThread * concurrency(run);
    for (int first = 0; status && first < strips; first += batch) {
        const int done = std::min(first + batch, strips);
        status = run_tasks(run, done - first, [&](int i) {
            const int begin = (first + i) * strip_rows;
            return run_strip({begin, std::min(begin + strip_rows, input.height_px)});
        });
        if (status) {
            status = report_progress(run, Stage::render, static_cast<double>(done) / strips);
        }
    }
    budget.release(scratch_bytes);
    return status;
}

}  // namespace limpid::pipeline
