// limpid_quality FOLDER...: how good the automatic decisions are, on the photos of the folders.
//
// Prints one line for each question, "what | measured | goal". There is no reference retouch: the
// truth is the photo itself, after it was made worse in a known way. Differences are mean
// CIEDE2000. The program reports; it fails only when there are no photos or one cannot be read.

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "limpid/analysis.hpp"
#include "limpid/pipeline.hpp"
#include "quality/ciede2000.hpp"
#include "quality/photos.hpp"

namespace limpid::quality {
namespace {

/// Below this a change cannot be told from none.
constexpr double kSame = 0.1;

Recipe decided(const ImageView& pixels, int jpeg_quality) {
    return decide(analyse_pixels(pixels, {}, jpeg_quality).value());
}

Image rendered(const ImageView& pixels, const Recipe& recipe) {
    return std::move(render(pixels, recipe).value());
}

void row(const std::string& what, const std::string& measured, const std::string& goal) {
    std::printf("%-52s | %-44s | %s\n", what.c_str(), measured.c_str(), goal.c_str());
}

std::string number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", value);
    return text.data();
}

/// A value of every photo, and the largest of them.
class Sample {
public:
    void add(double value, const std::string& name) {
        sum_ += value;
        ++count_;
        if (count_ == 1 || value > largest_) {
            largest_ = value;
            largest_name_ = name;
        }
    }
    [[nodiscard]] std::string text() const {
        return number(sum_ / std::max(count_, 1)) + ", most " + number(largest_) + " (" +
               largest_name_ + ")";
    }

private:
    double sum_ = 0;
    double largest_ = 0;
    std::string largest_name_;
    int count_ = 0;
};

/// How much of a known error a correction took away, over photos and ways of making them worse.
class Recovery {
public:
    void add(const ImageView& truth, const ImageView& worse, const ImageView& corrected) {
        const double before = mean_difference(truth, worse);
        const double after = mean_difference(truth, corrected);
        before_ += before;
        after_ += after;
        ++cases_;
        if (after > before + kSame) ++harmed_;
    }
    [[nodiscard]] std::string text() const {
        const double removed = before_ > 0 ? 100.0 * (1.0 - after_ / before_) : 0.0;
        return number(removed) + " %; made worse " + std::to_string(harmed_) + " of " +
               std::to_string(cases_);
    }

private:
    double before_ = 0;
    double after_ = 0;
    int cases_ = 0;
    int harmed_ = 0;
};

void report_twice(const std::vector<Photo>& photos) {
    Sample first;
    Sample second;
    int untouched = 0;
    for (const Photo& photo : photos) {
        const ImageView input = photo.pixels.view();
        const Image once = rendered(input, decided(input, photo.jpeg_quality));
        const Image twice = rendered(once.view(), decided(once.view(), photo.jpeg_quality));
        const double change = mean_difference(input, once.view());
        if (change == 0.0) ++untouched;
        first.add(change, photo.name);
        second.add(mean_difference(once.view(), twice.view()), photo.name);
    }
    row("enhanced once: difference to the photo", first.text(), "-");
    row("left as they are", std::to_string(untouched) + " of " + std::to_string(photos.size()),
        "-");
    row("enhanced twice: difference to once", second.text(), "<= 1.0");
}

Recipe only_white_balance(const Recipe& decided) {
    Recipe recipe;
    recipe.white_balance = decided.white_balance;
    return recipe;
}

Recipe only_exposure(const Recipe& decided) {
    Recipe recipe;
    recipe.exposure = decided.exposure;
    return recipe;
}

void report_white_balance(const std::vector<Photo>& photos) {
    struct Cast {
        const char* name;
        double red, green, blue;
    };
    // Along the daylight locus and across it, about 5 and 9 degrees.
    constexpr Cast kCasts[] = {{"warm", 1.10, 1.00, 0.88},  {"warmer", 1.20, 1.00, 0.78},
                               {"cool", 0.88, 1.00, 1.10},  {"cooler", 0.78, 1.00, 1.20},
                               {"green", 0.93, 1.08, 0.93}, {"magenta", 1.06, 0.92, 1.06}};
    Sample control;
    for (const Photo& photo : photos) {
        const ImageView input = photo.pixels.view();
        const Image balanced = rendered(input, only_white_balance(decided(input, 0)));
        control.add(mean_difference(input, balanced.view()), photo.name);
    }
    row("photos as they are, moved by white balance", control.text(), "<= 1.0");
    Recovery all;
    for (const Cast& cast : kCasts) {
        Recovery recovery;
        for (const Photo& photo : photos) {
            const ImageView truth = photo.pixels.view();
            const Image worse = relit(truth, cast.red, cast.green, cast.blue);
            const ImageView input = worse.view();
            const Image corrected = rendered(input, only_white_balance(decided(input, 0)));
            recovery.add(truth, input, corrected.view());
            all.add(truth, input, corrected.view());
        }
        row(std::string("cast, ") + cast.name + ": error removed", recovery.text(), ">= 60 %; 0");
    }
    row("all casts: error removed", all.text(), ">= 60 %; 0");
}

void report_exposure(const std::vector<Photo>& photos) {
    for (const auto& [name, gain] : {std::pair{"-1.5 EV", 0.35355339}, {"+1.5 EV", 2.82842712}}) {
        Recovery recovery;
        for (const Photo& photo : photos) {
            const ImageView truth = photo.pixels.view();
            const Image worse = relit(truth, gain, gain, gain);
            const ImageView input = worse.view();
            const Image corrected = rendered(input, only_exposure(decided(input, 0)));
            recovery.add(truth, input, corrected.view());
        }
        row(std::string("exposure ") + name + ": error removed", recovery.text(), ">= 60 %; 0");
    }
}

int run(int argc, char** argv) {
    std::vector<Photo> photos;
    for (int i = 1; i < argc; ++i) {
        auto some = read_photos(argv[i]);
        if (!some) {
            std::fprintf(stderr, "limpid_quality: %s\n", some.error().message().c_str());
            return 1;
        }
        for (Photo& photo : *some) {  // one that stands in two folders counts once
            if (std::ranges::find(photos, photo.name, &Photo::name) == photos.end()) {
                photos.push_back(std::move(photo));
            }
        }
    }
    if (photos.empty()) {
        std::fputs("limpid_quality: no photos; usage: limpid_quality FOLDER...\n", stderr);
        return 1;
    }
    row("decisions, " + std::to_string(photos.size()) + " photos, mean CIEDE2000", "measured",
        "goal");
    report_twice(photos);
    report_white_balance(photos);
    report_exposure(photos);
    return 0;
}

}  // namespace
}  // namespace limpid::quality

int main(int argc, char** argv) { return limpid::quality::run(argc, argv); }
