#include "quality/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "limpid/analysis.hpp"
#include "limpid/pipeline.hpp"

namespace limpid::quality {
namespace {

/// Below this a change cannot be told from none.
constexpr double kSame = 0.1;

}  // namespace

void table(const std::string& title, const std::string& measured) {
    std::printf("\n%s\n", title.c_str());
    row("", measured, "goal");
}

void row(const std::string& what, const std::string& measured, const std::string& goal) {
    std::printf("  %-40s | %-46s | %s\n", what.c_str(), measured.c_str(), goal.c_str());
    std::fflush(stdout);
}

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", value);
    return text.data();
}

Recipe decided(const ImageView& pixels, int jpeg_quality) {
    return decide(analyse_pixels(pixels, {}, jpeg_quality).value());
}

Image rendered(const ImageView& pixels, const Recipe& recipe) {
    return std::move(render(pixels, recipe).value());
}

void Sample::add(double value, const std::string& name) {
    sum_ += value;
    ++count_;
    if (count_ == 1 || value > largest_) {
        largest_ = value;
        largest_name_ = name;
    }
}

std::string Sample::text() const {
    return number(mean()) + ", most " + number(largest_) + " (" + largest_name_ + ")";
}

void Recovery::add(double before, double after) {
    before_ += before;
    after_ += after;
    ++cases_;
    if (after > before + kSame) ++harmed_;
}

void Recovery::add(const Recovery& other) {
    before_ += other.before_;
    after_ += other.after_;
    cases_ += other.cases_;
    harmed_ += other.harmed_;
}

std::string Recovery::text() const {
    const double removed = before_ > 0 ? 100.0 * (1.0 - after_ / before_) : 0.0;
    return number(removed) + " %; made worse " + std::to_string(harmed_) + " of " +
           std::to_string(cases_);
}

}  // namespace limpid::quality
