#include "codec/progress.hpp"

#include <algorithm>

#include "base/run_control.hpp"

namespace limpid {

bool ProgressGate::step(double fraction) {
    constexpr double kStep = 0.01;
    const double bounded = std::clamp(fraction, 0.0, 1.0);
    const bool worth_telling = bounded >= reported_ + kStep || (bounded == 1.0 && reported_ < 1.0);
    if (!worth_telling) return !is_cancelled(run_);
    reported_ = bounded;
    return report_progress(run_, stage_, bounded).has_value();
}

}  // namespace limpid
