#include "pipeline/apply_recipe.hpp"

#include <utility>

#include "pipeline/render.hpp"

namespace limpid::pipeline {
namespace {

void decide_locally(RenderPlan& plan, const RenderRequest& request, const KnownProxy& known) {
    const ProxySource source = {.pixels = known.proxy->pixels.view(),
                                .box_factor = known.proxy->box_factor,
                                .width_px = known.size.width_px,
                                .height_px = known.size.height_px};
    add_local_grid(plan, source, request.format, request.size);
}

/// render_plan(), and the caller is given what no pass gave: all rows where nothing is done.
Status render_and_give_rows(const RenderPlan& plan, Canvas& canvas, const RunOptions& run) {
    if (!run.on_rows) return render_plan(plan, canvas, run);
    int given = 0;
    RunOptions counted = run;
    counted.on_rows = [&](const ImageView& image, int first_row, int count) {
        given = first_row + count;
        run.on_rows(image, first_row, count);
    };
    Status done = render_plan(plan, canvas, counted);
    const int all = canvas.pixels().height_px;
    if (done && given < all) run.on_rows(canvas.pixels(), given, all - given);
    return done;
}

}  // namespace

Result<bool> apply_recipe(Canvas& canvas, const Recipe& recipe, const RenderRequest& request,
                          const KnownProxy& known, const RunOptions& run) {
    auto plan = make_render_plan(recipe, request);
    if (!plan) return std::unexpected(std::move(plan).error());
    if (plan->needs_proxy() && known.proxy != nullptr) {
        decide_locally(*plan, request, known);
    } else if (plan->needs_proxy()) {
        const auto proxy = analysis::make_proxy(canvas.pixels(), run);
        if (!proxy) return std::unexpected(proxy.error());
        decide_locally(*plan, request, {&*proxy, request.size});
    }
    Status done = render_and_give_rows(*plan, canvas, run);
    if (!done) return std::unexpected(std::move(done).error());
    return !plan->is_identity();
}

}  // namespace limpid::pipeline
