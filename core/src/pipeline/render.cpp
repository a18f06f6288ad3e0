#include "pipeline/render.hpp"

#include <functional>
#include <utility>
#include <vector>

#include "base/run_control.hpp"
#include "pipeline/strip_chain.hpp"

namespace limpid::pipeline {
namespace {

using kernels::InputStrip;
using kernels::OutputStrip;
using kernels::RowRange;

/// denoise() works twice on the rows around a strip: few high strips are cheaper.
constexpr int kDenoiseStripRows = 256;

RowRange same_rows(RowRange rows) { return rows; }

StripStage denoise_stage(const kernels::DenoiseParams& params, int height_px) {
    return {[height_px](RowRange rows) { return kernels::denoise_input_rows(rows, height_px); },
            [&params](const InputStrip& in, const OutputStrip& out) {
                return kernels::denoise(in, params, out);
            },
            kernels::kDenoiseScratchBytes};
}

StripStage colour_stage(const ColourPlan& plan) {
    return {same_rows, [&plan](const InputStrip& in, const OutputStrip& out) {
                const kernels::LocalGrid grid = plan.grid.view();
                return kernels::colour(in,
                                       {.tables = plan.tables,
                                        .vibrance_q15 = plan.vibrance_q15,
                                        .skin_protection_q15 = plan.skin_protection_q15,
                                        .memory_colours = plan.memory_colours,
                                        .grid = plan.needs_grid() ? &grid : nullptr,
                                        .haze = plan.haze,
                                        .local_tone = plan.local_tone,
                                        .dither = true},
                                       out);
            }};
}

StripStage lut_stage(const LutPlan& plan) {
    return {same_rows, [&plan](const InputStrip& in, const OutputStrip& out) {
                return run_lut(plan, in, out);
            }};
}

StripStage unsharp_stage(const kernels::UnsharpParams& params, int height_px) {
    return {[height_px](RowRange rows) { return kernels::unsharp_input_rows(rows, height_px); },
            [&params](const InputStrip& in, const OutputStrip& out) {
                return kernels::unsharp(in, params, out);
            }};
}

/// Reads the canvas and writes its next image.
using Pass = std::function<Status(Canvas&, const RunOptions&)>;

/// @param strip_rows  0: as many as stay in cache.
Pass chain_pass(std::vector<StripStage> stages, int strip_rows = 0) {
    return [stages = std::move(stages), strip_rows](Canvas& canvas,
                                                    const RunOptions& run) -> Status {
        const ImageView input = canvas.pixels();
        auto output = canvas.next(input.format, input.width_px, input.height_px);
        if (!output) return std::unexpected(std::move(output).error());
        const int rows = strip_rows != 0 ? strip_rows : cached_strip_rows(input, concurrency(run));
        return run_chain(stages, rows, input, *output, canvas.budget(), run);
    };
}

Pass resize_pass(const ResizePlan& plan) {
    return [&plan](Canvas& canvas, const RunOptions& run) -> Status {
        const ImageView input = canvas.pixels();
        auto output = canvas.next(input.format, plan.size.width_px, plan.size.height_px);
        if (!output) return std::unexpected(std::move(output).error());
        const std::uint64_t scratch_bytes = resize_scratch_bytes(plan, input.format, run);
        if (Status held = canvas.budget().hold(scratch_bytes); !held) return held;
        Status done = run_resize(plan, input, *output, run);
        canvas.budget().release(scratch_bytes);
        return done;
    };
}

std::vector<Pass> passes_of(const RenderPlan& plan, const ImageView& input) {
    std::vector<Pass> passes;
    std::vector<StripStage> chain;
    const auto end_chain = [&] {
        if (!chain.empty()) passes.push_back(chain_pass(std::exchange(chain, {})));
    };
    if (plan.denoise) {
        passes.push_back(
            chain_pass({denoise_stage(*plan.denoise, input.height_px)}, kDenoiseStripRows));
    }
    if (plan.colour) chain.push_back(colour_stage(*plan.colour));
    if (plan.lut) chain.push_back(lut_stage(*plan.lut));
    if (plan.resize) {
        end_chain();
        passes.push_back(resize_pass(*plan.resize));
    }
    const int height_px = plan.resize ? plan.resize->size.height_px : input.height_px;
    if (plan.unsharp) chain.push_back(unsharp_stage(*plan.unsharp, height_px));
    end_chain();
    return passes;
}

}  // namespace

Status render_plan(const RenderPlan& plan, Canvas& canvas, const RunOptions& run) {
    const std::vector<Pass> passes = passes_of(plan, canvas.pixels());
    if (passes.empty()) return report_progress(run, Stage::render, 1.0);
    const auto count = static_cast<double>(passes.size());
    for (std::size_t i = 0; i < passes.size(); ++i) {
        const auto before = static_cast<double>(i);
        Status done = passes[i](canvas, part_of_stage(run, before / count, (before + 1.0) / count));
        if (!done) return done;
        canvas.advance();
    }
    return {};
}

}  // namespace limpid::pipeline
