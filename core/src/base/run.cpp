#include "limpid/run.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include "base/run_control.hpp"

namespace limpid {

std::string_view to_string(Stage stage) noexcept {
    switch (stage) {
        case Stage::inspect:
            return "inspect";
        case Stage::decode:
            return "decode";
        case Stage::analyse:
            return "analyse";
        case Stage::render:
            return "render";
        case Stage::encode:
            return "encode";
    }
    return "";
}

bool is_cancelled(const RunOptions& run) noexcept {
    return run.cancel != nullptr && run.cancel->load(std::memory_order_relaxed);
}

Status report_progress(const RunOptions& run, Stage stage, double fraction) {
    if (is_cancelled(run)) return fail(ErrorCode::run_cancelled);
    if (run.on_progress && !run.on_progress(stage, fraction)) {
        return fail(ErrorCode::run_cancelled);
    }
    return {};
}

RunOptions part_of_stage(const RunOptions& run, double begin, double end) {
    RunOptions part = {.runner = run.runner, .on_progress = {}, .cancel = run.cancel};
    if (run.on_progress) {
        part.on_progress = [&run, begin, end](Stage stage, double fraction) {
            return run.on_progress(stage, begin + fraction * (end - begin));
        };
    }
    return part;
}

Status run_tasks(const RunOptions& run, int count, const std::function<Status(int)>& task) {
    std::vector<Status> results(static_cast<std::size_t>(count));
    const auto one = [&](int i) {
        results[static_cast<std::size_t>(i)] =
            is_cancelled(run) ? Status(fail(ErrorCode::run_cancelled)) : task(i);
    };
    if (run.runner != nullptr) {
        run.runner->run(count, one);
    } else {
        for (int i = 0; i < count; ++i) one(i);
    }
    for (Status& result : results) {
        if (!result) return std::move(result);
    }
    return {};
}

}  // namespace limpid
