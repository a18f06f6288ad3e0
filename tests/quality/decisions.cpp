#include <cmath>
#include <string>
#include <utility>

#include "quality/ciede2000.hpp"
#include "quality/report.hpp"

namespace limpid::quality {
namespace {

constexpr const char* kGoal = ">= 60 %; 0";

Recipe only_white_balance(const Recipe& whole) {
    Recipe recipe;
    recipe.white_balance = whole.white_balance;
    return recipe;
}

Recipe only_exposure(const Recipe& whole) {
    Recipe recipe;
    recipe.exposure = whole.exposure;
    return recipe;
}

struct Cast {
    const char* name;
    double red, green, blue;
};
// Along the daylight locus and across it, about 5 and 10 degrees.
constexpr Cast kCasts[] = {{"warm", 1.10, 1.00, 0.88},  {"warmer", 1.20, 1.00, 0.78},
                           {"cool", 0.88, 1.00, 1.10},  {"cooler", 0.78, 1.00, 1.20},
                           {"green", 0.93, 1.08, 0.93}, {"magenta", 1.06, 0.92, 1.06}};

/// What white balance would be, were the cast known: the bound of what its curve allows.
Recipe known_white_balance(const Cast& cast) {
    const double luminance = 0.2126 / cast.red + 0.7152 / cast.green + 0.0722 / cast.blue;
    Recipe recipe;
    recipe.white_balance.red_gain = Decimal::from_double(1.0 / (cast.red * luminance));
    recipe.white_balance.green_gain = Decimal::from_double(1.0 / (cast.green * luminance));
    recipe.white_balance.blue_gain = Decimal::from_double(1.0 / (cast.blue * luminance));
    return recipe;
}

Recipe exposure_of(double ev) {
    Recipe recipe;
    recipe.exposure.exposure_ev = Decimal::from_double(ev);
    return recipe;
}

/// What is left were the best exposure known, found by golden section: the bound of what its curve
/// allows. What is clipped stays lost.
double left_by_known_exposure(const ImageView& truth, const ImageView& worse, double most_ev) {
    const auto left = [&](double ev) {
        return mean_difference(truth, rendered(worse, exposure_of(ev)).view());
    };
    constexpr double kGolden = 0.618034;
    double from = 0.0;
    double to = most_ev;
    while (std::abs(to - from) > 0.05) {
        const double near = to - kGolden * (to - from);
        const double far = from + kGolden * (to - from);
        if (left(near) < left(far)) {
            to = far;
        } else {
            from = near;
        }
    }
    return left((from + to) / 2.0);
}

Recipe without_white_balance(Recipe whole) {
    whole.white_balance = {};
    return whole;
}

Recipe without_exposure(Recipe whole) {
    whole.exposure = {};
    return whole;
}

/// Every photo as the whole recipe makes it: what a photo that was made worse should become.
std::vector<Image> all_enhanced(const std::vector<Photo>& photos) {
    std::vector<Image> enhanced;
    for (const Photo& photo : photos) {
        const ImageView input = photo.pixels.view();
        enhanced.push_back(rendered(input, decided(input)));
    }
    return enhanced;
}

/// What one correction removes of the error of a photo made worse: alone, from the photo; and
/// within the whole recipe, from what the whole recipe makes of the photo.
struct Recoveries {
    Recovery alone, whole;

    void add(const ImageView& truth, const ImageView& enhanced_truth, const ImageView& worse,
             Recipe (*only)(const Recipe&), Recipe (*without)(Recipe)) {
        const Recipe recipe = decided(worse);
        const auto to = [&](const ImageView& wanted, const Recipe& by) {
            return mean_difference(wanted, rendered(worse, by).view());
        };
        alone.add(mean_difference(truth, worse), to(truth, only(recipe)));
        whole.add(to(enhanced_truth, without(recipe)), to(enhanced_truth, recipe));
    }
};

}  // namespace

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
    table("Enhanced once and twice, whole recipe", "mean CIEDE2000");
    row("once: difference to the photo", first.text(), "-");
    row("left as they are", std::to_string(untouched) + " of " + std::to_string(photos.size()),
        "-");
    row("twice: difference to once", second.text(), "<= 1.0");
}

/// By one part of what is decided for them.
Sample moved(const std::vector<Photo>& photos, Recipe (*part)(const Recipe&)) {
    Sample control;
    for (const Photo& photo : photos) {
        const ImageView input = photo.pixels.view();
        const Image changed = rendered(input, part(decided(input)));
        control.add(mean_difference(input, changed.view()), photo.name);
    }
    return control;
}

void report_white_balance(const std::vector<Photo>& photos) {
    table("White balance alone on the photos as they are", "mean CIEDE2000 moved");
    row("all", moved(photos, only_white_balance).text(), "<= 1.0");

    table("Casts put on them, removed by white balance alone", "CIEDE2000 removed");
    const std::vector<Image> enhanced = all_enhanced(photos);
    Recovery alone;
    Recovery whole;
    Recovery known;
    for (const Cast& cast : kCasts) {
        Recoveries recovery;
        for (std::size_t i = 0; i < photos.size(); ++i) {
            const ImageView truth = photos[i].pixels.view();
            const Image worse = relit(truth, cast.red, cast.green, cast.blue);
            recovery.add(truth, enhanced[i].view(), worse.view(), only_white_balance,
                         without_white_balance);
            known.add(
                mean_difference(truth, worse.view()),
                mean_difference(truth, rendered(worse.view(), known_white_balance(cast)).view()));
        }
        alone.add(recovery.alone);
        whole.add(recovery.whole);
        row(cast.name, recovery.alone.text(), kGoal);
    }
    row("all casts", alone.text(), kGoal);
    row("all casts, were they known", known.text(), "-");
    row("all casts, within the whole recipe", whole.text(), "-");
}

void report_exposure(const std::vector<Photo>& photos) {
    table("Exposure alone on the photos as they are", "mean CIEDE2000 moved");
    row("all", moved(photos, only_exposure).text(), "-");

    const std::vector<Image> enhanced = all_enhanced(photos);
    table("Exposure, alone", "CIEDE2000 removed");
    for (const auto& [name, gain] : {std::pair{"-1.5 EV", 0.35355339}, {"+1.5 EV", 2.82842712}}) {
        Recoveries recovery;
        Recovery known;
        for (std::size_t i = 0; i < photos.size(); ++i) {
            const ImageView truth = photos[i].pixels.view();
            const Image worse = relit(truth, gain, gain, gain);
            recovery.add(truth, enhanced[i].view(), worse.view(), only_exposure, without_exposure);
            known.add(mean_difference(truth, worse.view()),
                      left_by_known_exposure(truth, worse.view(), gain < 1.0 ? 2.5 : -2.5));
        }
        row(name, recovery.alone.text(), kGoal);
        row(std::string(name) + ", were it known", known.text(), "-");
        row(std::string(name) + ", within the whole recipe", recovery.whole.text(), "-");
    }
}

}  // namespace limpid::quality
