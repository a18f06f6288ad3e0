#pragma once

#include <chrono>
#include <functional>

#include "limpid/run.hpp"

namespace limpid::cli {

/// One line on a terminal's standard error that says how far a run is, and is gone when it ends.
/// Nothing for runs of half a second, and nothing when standard error is not a terminal.
class Progress {
public:
    explicit Progress(bool quiet);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// For RunOptions::on_progress; empty when there is nobody to tell. Borrows this object.
    [[nodiscard]] std::function<bool(Stage, double)> callback();

private:
    void show(Stage stage, double fraction);

    using Clock = std::chrono::steady_clock;
    bool enabled_;
    bool shown_ = false;
    Clock::time_point next_;
};

}  // namespace limpid::cli
