#include "cli/progress.hpp"

#include <cstdio>
#include <string>

#include <unistd.h>

namespace limpid::cli {
namespace {

constexpr std::chrono::milliseconds kPatience{500};
constexpr std::chrono::milliseconds kInterval{100};
// Back to the first column and erase the line.
constexpr const char* kErase = "\r\x1b[K";

}  // namespace

Progress::Progress(bool quiet)
    : enabled_(!quiet && ::isatty(STDERR_FILENO) != 0), next_(Clock::now() + kPatience) {}

Progress::~Progress() {
    if (shown_) std::fputs(kErase, stderr);
}

std::function<bool(Stage, double)> Progress::callback() {
    if (!enabled_) return {};
    return [this](Stage stage, double fraction) {
        show(stage, fraction);
        return true;
    };
}

void Progress::show(Stage stage, double fraction) {
    const auto now = Clock::now();
    if (now < next_) return;
    next_ = now + kInterval;
    shown_ = true;
    const std::string name(to_string(stage));
    std::fprintf(stderr, "%s%s %d %%", kErase, name.c_str(), static_cast<int>(fraction * 100));
}

}  // namespace limpid::cli
