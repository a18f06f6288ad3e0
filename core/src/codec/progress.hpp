#pragma once

#include "limpid/run.hpp"

namespace limpid {

/// Progress and cancellation of one stage, cheap enough to ask between row batches: the cancel flag
/// is read every time, the callback called once per percent. Has no destructor to skip, because
/// codec callbacks that hold it may be left by longjmp.
class ProgressGate {
public:
    ProgressGate(const RunOptions& run, Stage stage) noexcept : run_(run), stage_(stage) {}

    /// @return false when the caller wants the run to end.
    [[nodiscard]] bool step(double fraction);

private:
    const RunOptions& run_;
    Stage stage_;
    double reported_ = -1.0;
};

}  // namespace limpid
