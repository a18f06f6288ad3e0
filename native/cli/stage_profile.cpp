#include "cli/stage_profile.hpp"

#include <cstdio>
#include <numeric>
#include <utility>

namespace limpid::cli {
namespace {

constexpr std::array kStepNames = {"read",   "inspect", "decode", "analyse",
                                   "render", "encode",  "write"};

StageProfile::Step step_of(Stage stage) {
    return static_cast<StageProfile::Step>(static_cast<int>(stage) +
                                           static_cast<int>(StageProfile::Step::inspect));
}
static_assert(static_cast<int>(Stage::encode) + 1 == static_cast<int>(StageProfile::Step::encode));

double milliseconds(std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

template <class... Values>
std::string formatted(const char* format, Values... values) {
    std::array<char, 80> line{};
    std::snprintf(line.data(), line.size(), format, values...);
    return line.data();
}

}  // namespace

void StageProfile::lap(Step step) {
    const auto now = Clock::now();
    spent_[static_cast<std::size_t>(step)] += now - last_;
    last_ = now;
}

std::function<bool(Stage, double)> StageProfile::callback(std::function<bool(Stage, double)> next) {
    return [this, next = std::move(next)](Stage stage, double fraction) {
        lap(step_of(stage));
        return !next || next(stage, fraction);
    };
}

std::string StageProfile::table() const {
    const double total =
        milliseconds(std::accumulate(spent_.begin(), spent_.end(), Clock::duration{}));
    std::string lines;
    for (std::size_t i = 0; i < kSteps; ++i) {
        if (spent_[i] == Clock::duration{}) continue;
        const double time = milliseconds(spent_[i]);
        lines += formatted("  %-8s %9.1f ms %5.1f %%\n", kStepNames[i], time, 100 * time / total);
    }
    return lines + formatted("  %-8s %9.1f ms\n", "all", total);
}

std::string StageProfile::json() const {
    std::string object;
    for (std::size_t i = 0; i < kSteps; ++i) {
        object +=
            formatted("%s\"%s\":%.3f", i == 0 ? "{" : ",", kStepNames[i], milliseconds(spent_[i]));
    }
    return object + "}";
}

}  // namespace limpid::cli
