#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "limpid/run.hpp"

namespace limpid::cli {

/// Where the time of a run goes, by the clock on the wall: what lies between two calls of lap() is
/// the time of the step that the second one names.
class StageProfile {
public:
    enum class Step : std::uint8_t { read, inspect, decode, analyse, render, encode, write };

    StageProfile() : last_(Clock::now()) {}

    void lap(Step step);
    /// For RunOptions::on_progress: laps of the stages, then whatever `next` does; it may be empty.
    /// Borrows this object.
    [[nodiscard]] std::function<bool(Stage, double)> callback(
        std::function<bool(Stage, double)> next);

    /// For people: a line for each step that took time, with its share, and the whole.
    [[nodiscard]] std::string table() const;
    /// For machines: milliseconds by step, with three decimals.
    [[nodiscard]] std::string json() const;

private:
    static constexpr std::size_t kSteps = 7;

    using Clock = std::chrono::steady_clock;
    Clock::time_point last_;
    std::array<Clock::duration, kSteps> spent_{};
};

}  // namespace limpid::cli
