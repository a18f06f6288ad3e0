#pragma once

#include <string>
#include <vector>

#include "limpid/recipe.hpp"
#include "quality/photos.hpp"

namespace limpid::quality {

/// Prints a heading, and the line that names the columns.
void table(const std::string& title, const std::string& measured);

/// Prints "what | measured | goal".
void row(const std::string& what, const std::string& measured, const std::string& goal);

/// With two digits after the point.
[[nodiscard]] std::string number(double value);

/// What the engine decides for and makes of pixels; both stop the program on an error.
[[nodiscard]] Recipe decided(const ImageView& pixels, int jpeg_quality = 0);
[[nodiscard]] Image rendered(const ImageView& pixels, const Recipe& recipe);

/// A value of every photo, and the largest of them.
class Sample {
public:
    void add(double value, const std::string& name);
    [[nodiscard]] std::string text() const;
    [[nodiscard]] double mean() const { return count_ > 0 ? sum_ / count_ : 0.0; }

private:
    double sum_ = 0;
    double largest_ = 0;
    std::string largest_name_;
    int count_ = 0;
};

/// How much of a known error a correction took away, over photos and ways of making them worse.
class Recovery {
public:
    void add(double before, double after);
    void add(const Recovery& other);
    [[nodiscard]] std::string text() const;

private:
    double before_ = 0;
    double after_ = 0;
    int cases_ = 0;
    int harmed_ = 0;
};

/// Enhanced once and twice.
void report_twice(const std::vector<Photo>& photos);
/// Casts put on the photos.
void report_white_balance(const std::vector<Photo>& photos);
/// 1.5 stops too little and too much.
void report_exposure(const std::vector<Photo>& photos);
/// Noise put on the photos: how well it is estimated, and what the decision makes of it.
void report_noise(const std::vector<Photo>& photos);

}  // namespace limpid::quality
