#include "pipeline/render.hpp"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "base/run_control.hpp"

namespace limpid::pipeline {
namespace {

using kernels::RowRange;

/// A strip and its halo should stay in a core's L2 cache while two kernels pass over it.
constexpr std::ptrdiff_t kStripBytes = 1 << 20;
constexpr int kMinStripRows = 16;
constexpr int kMaxStripRows = 256;

/// Strips between two looks at progress and cancellation, per thread.
constexpr int kStripsPerThread = 4;

int strip_rows(const ImageView& input) {
    const auto row_bytes = static_cast<std::ptrdiff_t>(input.row_bytes());
    return static_cast<int>(
        std::clamp<std::ptrdiff_t>(kStripBytes / row_bytes, kMinStripRows, kMaxStripRows));
}

int scratch_rows(const ImageView& input) {
    return std::min(strip_rows(input) + 2 * kernels::kUnsharpHaloRows, input.height_px);
}

int concurrency(const RunOptions& run) {
    return run.runner != nullptr ? std::max(run.runner->concurrency(), 1) : 1;
}

/// One strip buffer per thread, handed out and taken back.
class ScratchPool {
public:
    [[nodiscard]] Status reserve(int count, PixelFormat format, int width_px, int height_px) {
        for (int i = 0; i < count; ++i) {
            Result<Image> image = Image::create(format, width_px, height_px);
            if (!image) return std::unexpected(std::move(image).error());
            free_.push_back(std::move(*image));
        }
        return {};
    }
    [[nodiscard]] Image take() {
        const std::lock_guard lock(mutex_);
        Image image = std::move(free_.back());
        free_.pop_back();
        return image;
    }
    void give_back(Image image) {
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(image));
    }

private:
    std::mutex mutex_;
    std::vector<Image> free_;
};

/// Renders single strips; shared by all threads.
class StripRenderer {
public:
    StripRenderer(const RenderPlan& plan, const ImageView& input, const MutableImageView& output,
                  ScratchPool& scratch)
        : plan_(plan), input_(input), output_(output), scratch_(scratch) {}

    [[nodiscard]] Status operator()(RowRange rows) const {
        const kernels::OutputStrip out = kernels::strip(output_, rows);
        if (!plan_.has_unsharp) return colour(rows, out);
        if (!plan_.has_colour) {
            const RowRange needed = kernels::unsharp_input_rows(rows, input_.height_px);
            return kernels::unsharp(kernels::strip(input_, needed), plan_.unsharp, out);
        }
        Image buffer = scratch_.take();
        Status status = both(rows, out, buffer);
        scratch_.give_back(std::move(buffer));
        return status;
    }

private:
    [[nodiscard]] Status colour(RowRange rows, const kernels::OutputStrip& out) const {
        return kernels::colour(kernels::strip(input_, rows),
                               {.tables = plan_.colour_tables, .vibrance_q15 = plan_.vibrance_q15},
                               out);
    }

    /// Colour into the buffer, with the rows around the strip that sharpening looks at.
    [[nodiscard]] Status both(RowRange rows, const kernels::OutputStrip& out, Image& buffer) const {
        const RowRange needed = kernels::unsharp_input_rows(rows, input_.height_px);
        MutableImageView coloured = buffer.view();
        coloured.height_px = needed.count();
        if (Status status = colour(needed, {coloured, needed.begin}); !status) return status;
        return kernels::unsharp({coloured, needed.begin, input_.height_px}, plan_.unsharp, out);
    }

    const RenderPlan& plan_;
    ImageView input_;
    MutableImageView output_;
    ScratchPool& scratch_;
};

}  // namespace

std::uint64_t scratch_bytes(const RenderPlan& plan, const ImageView& input, const RunOptions& run) {
    if (!plan.has_colour || !plan.has_unsharp) return 0;
    return std::uint64_t{input.row_bytes()} * static_cast<unsigned>(scratch_rows(input)) *
           static_cast<unsigned>(concurrency(run));
}

Status render_plan(const RenderPlan& plan, const ImageView& input, const MutableImageView& output,
                   const RunOptions& run) {
    ScratchPool scratch;
    if (plan.has_colour && plan.has_unsharp) {
        Status reserved =
            scratch.reserve(concurrency(run), input.format, input.width_px, scratch_rows(input));
        if (!reserved) return reserved;
    }
    const StripRenderer render_strip(plan, input, output, scratch);
    const int rows = strip_rows(input);
    const int strips = (input.height_px + rows - 1) / rows;
    const int batch = kStripsPerThread * concurrency(run);
    for (int first = 0; first < strips; first += batch) {
        Status status = run_tasks(run, std::min(batch, strips - first), [&](int i) {
            const int begin = (first + i) * rows;
            return render_strip({begin, std::min(begin + rows, input.height_px)});
        });
        if (!status) return status;
        const int done = std::min(first + batch, strips);
        status = report_progress(run, Stage::render, static_cast<double>(done) / strips);
        if (!status) return status;
    }
    return {};
}

}  // namespace limpid::pipeline
