#include "cli/resize_option.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/choices.hpp"

namespace limpid::cli {
namespace {

constexpr int kMaxSide = 65535;
constexpr double kMaxPercent = 800.0;

constexpr std::array kFits = {
    Choice<Fit>{"fit", Fit::inside},
    Choice<Fit>{"fill", Fit::cover},
    Choice<Fit>{"exact", Fit::exact},
};
constexpr std::array kFilters = {
    Choice<ResizeFilter>{"lanczos3", ResizeFilter::lanczos3},
    Choice<ResizeFilter>{"magic", ResizeFilter::magic_kernel_sharp_2021},
};

/// A side, 0 where nothing is written.
std::optional<int> parse_side(std::string_view text) {
    if (text.empty()) return 0;
    int side = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), side);
    if (error != std::errc{} || end != text.data() + text.size() || side < 1 || side > kMaxSide) {
        return std::nullopt;
    }
    return side;
}

bool parse_percent(std::string_view text, ResizeOption& target) {
    double percent = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed);
    // Written so that NaN is refused.
    const bool inside = percent >= 1.0 && percent <= kMaxPercent;
    if (error != std::errc{} || end != text.data() + text.size() || !inside) return false;
    target.percent_times_10000 = static_cast<int>(percent * 10000.0 + 0.5);
    return true;
}

bool parse_box(std::string_view text, ResizeOption& target) {
    const std::size_t cross = text.find('x');
    if (cross == std::string_view::npos) return false;
    const std::optional<int> width = parse_side(text.substr(0, cross));
    const std::optional<int> height = parse_side(text.substr(cross + 1));
    if (!width || !height || (*width == 0 && *height == 0)) return false;
    target.resize.width_px = *width;
    target.resize.height_px = *height;
    return true;
}

}  // namespace

void parse_size(std::string_view text, ResizeOption& target) {
    // The last of a repeated option counts, whole.
    target.percent_times_10000 = 0;
    target.resize.width_px = target.resize.height_px = 0;
    const bool understood = text.ends_with('%')
                                ? parse_percent(text.substr(0, text.size() - 1), target)
                                : parse_box(text, target);
    if (!understood) {
        refuse_value("--resize", text,
                     "WIDTHxHEIGHT, WIDTHx, xHEIGHT or a percentage, such as 50%");
    }
}

Resize ResizeOption::for_image(ImageSize image) const noexcept {
    if (percent_times_10000 == 0) return resize;
    const auto share = [&](int side) {
        constexpr std::int64_t kWhole = 100 * 10000;
        const std::int64_t scaled =
            (std::int64_t{side} * percent_times_10000 + kWhole / 2) / kWhole;
        return static_cast<int>(std::max<std::int64_t>(scaled, 1));
    };
    Resize result = resize;
    result.width_px = share(image.width_px);
    result.height_px = share(image.height_px);
    result.fit = Fit::exact;
    return result;
}

void add_resize_options(CLI::App& command, ResizeOption& target) {
    add_value(command,
              {.names = "--resize",
               .value_name = "SIZE",
               .help = "2000x1333, 1600x, x1200 or 50%, in pixels as shown;\n"
                       "sharpening comes after it",
               .group = "Size"},
              [&target](const std::string& text) { parse_size(text, target); });
    add_value(command,
              {.names = "--fit",
               .value_name = "HOW",
               .help = "fit: inside the size; fill: cover it and cut what\n"
                       "overhangs; exact: stretch",
               .group = "Size",
               .default_text = "fit"},
              [&target](const std::string& text) {
                  target.resize.fit = parse_choice("--fit", text, kFits);
              });
    add_value(command,
              {.names = "--filter",
               .value_name = "NAME",
               .help = "lanczos3: sharpest; magic: Magic Kernel Sharp 2021,\n"
                       "hardly any ringing",
               .group = "Size",
               .default_text = "lanczos3"},
              [&target](const std::string& text) {
                  target.resize.filter = parse_choice("--filter", text, kFilters);
              });
    add_value(command,
              {.names = "--enlarge",
               .value_name = "YESNO",
               .help = "no: leave an image that is small enough as it is",
               .group = "Size",
               .default_text = "yes"},
              [&target](const std::string& text) {
                  constexpr std::array kAnswers = {Choice<bool>{"yes", true},
                                                   Choice<bool>{"no", false}};
                  target.resize.enlarge = parse_choice("--enlarge", text, kAnswers);
              });
}

}  // namespace limpid::cli
