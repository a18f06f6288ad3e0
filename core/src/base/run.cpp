#include "limpid/run.hpp"

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

}  // namespace limpid
