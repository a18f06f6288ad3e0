#include "cli/explanation.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "cli/choices.hpp"
#include "platform/printable.hpp"
#include "sheet/recipe_lines.hpp"
#include "sheet/recipe_words.hpp"

namespace limpid::cli {
namespace {

constexpr std::size_t kLabelWidth = 10;
constexpr std::size_t kNameWidth = 20;

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(text.size() + 1, width), ' ');
    return text;
}

/// Two digits after the point are what a person reads.
std::string rounded(Decimal value) {
    return to_string(Decimal::from_ten_thousandths(
        (value.ten_thousandths + (value.ten_thousandths < 0 ? -50 : 50)) / 100 * 100));
}

std::string percent(Decimal share) {
    return rounded(Decimal::from_double(share.to_double() * 100.0)) + " %";
}

std::string whole_percent(Decimal share) {
    return std::to_string((share.ten_thousandths + 50) / 100) + " %";
}

std::string_view meaning(SceneClass scene) {
    constexpr std::string_view kDocs[] = {
#define LIMPID_SCENE(name, doc) doc,
#define LIMPID_ANALYSIS(...)
#include "limpid/analysis.def"
#undef LIMPID_SCENE
#undef LIMPID_ANALYSIS
    };
    return kDocs[static_cast<std::size_t>(scene)];
}

std::string spaced(std::string_view name) {
    std::string text(name);
    std::ranges::replace(text, '_', ' ');
    return text;
}

void append_line(std::string& out, std::string label, const std::string& text) {
    out.append(padded(std::move(label), kLabelWidth)).append(text).append("\n");
}

void append_file(std::string& out, const ImageInfo& info) {
    std::string text = std::to_string(info.width_px) + " x " + std::to_string(info.height_px) +
                       " px, " + std::string(to_string(info.format));
    if (info.jpeg_quality != 0)
        text.append(" of quality ").append(std::to_string(info.jpeg_quality));
    append_line(out, "File", text);
}

void append_seen(std::string& out, const Analysis& a) {
    append_line(out, "Scene", spaced(to_string(a.scene)) + ": " + std::string(meaning(a.scene)));
    append_line(out, "Light",
                "key " + rounded(a.exposure_key) + " (photographs: 0.38 to 0.58), range " +
                    rounded(a.luma.p0_3) + " to " + rounded(a.luma.p99_5) + ", " +
                    percent(a.clipped_high_share) + " clipped, " + percent(a.clipped_low_share) +
                    " black");
    if (!a.monochrome) {
        append_line(out, "Colour",
                    "grey things are " + rounded(a.gray_surface_cast_deg) +
                        " degrees from neutral (odds " + rounded(a.gray_surface_odds) +
                        " to 1); mean chroma " + rounded(a.chroma_mean));
    }
    const std::string edges = a.edge_width_px == Decimal{}
                                  ? "too few edges to measure"
                                  : "edges " + rounded(a.edge_width_px) + " px wide";
    append_line(out, "Detail",
                edges + ", noise " +
                    rounded(Decimal::from_double(a.noise_sigma.to_double() * 255.0)) + " of 255");
}

/// For terminals that have ASCII alone.
std::string in_ascii(std::string text) {
    constexpr std::string_view kTimes = "\xC3\x97";
    for (std::size_t at = 0; (at = text.find(kTimes, at)) != std::string::npos; ++at) {
        text.replace(at, kTimes.size(), "x");
    }
    return text;
}

/// "  exposure            +0.62 EV, sure to 80 %", and the reason below.
void append_made(std::string& out, const sheet::CorrectionWords& words) {
    out.append("  ").append(padded(spaced(words.name), kNameWidth));
    out.append(in_ascii(sheet::spoken_amounts(words)));
    const std::string parameters = sheet::spoken_parameters(words);
    if (!parameters.empty()) out.append(", ").append(parameters);
    if (words.correction->strength.ten_thousandths != Decimal::kOne) {
        out.append(", at a strength of ").append(to_string(words.correction->strength));
    }
    out.append(", sure to ").append(whole_percent(words.correction->confidence)).append("\n");
    out.append("  ").append(kNameWidth, ' ');
    out.append(platform::escaped(words.correction->reason)).append("\n");
}

void append_left(std::string& out, const sheet::CorrectionWords& words) {
    constexpr std::string_view kLeftAlone = "Left alone: ";
    std::string_view reason = words.correction->reason;
    if (reason.starts_with(kLeftAlone)) reason.remove_prefix(kLeftAlone.size());
    out.append("  ").append(padded(spaced(words.name), kNameWidth));
    out.append(platform::escaped(std::string(reason))).append("\n");
}

}  // namespace

std::string explanation(const Analysed& analysed) {
    std::string out;
    if (analysed.info) append_file(out, *analysed.info);
    append_seen(out, analysed.analysis);
    std::string made;
    std::string left;
    for (const sheet::CorrectionWords& words : sheet::corrections_in_words(analysed.recipe)) {
        if (words.active) {
            append_made(made, words);
        } else {
            append_left(left, words);
        }
    }
    if (!made.empty()) out.append("\nCorrected\n").append(made);
    if (!left.empty()) out.append("\nLeft alone\n").append(left);
    return out;
}

std::string active_corrections(const Recipe& recipe) {
    std::vector<std::string> names;
    for (const sheet::CorrectionWords& words : sheet::corrections_in_words(recipe)) {
        if (words.active) names.emplace_back(words.name);
    }
    return names.empty() ? "nothing" : joined(names);
}

}  // namespace limpid::cli
