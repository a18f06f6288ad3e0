#include <algorithm>
#include <array>
#include <string>

#include "recipe/decide.hpp"
#include "recipe/scene_rules.hpp"

namespace limpid::recipe {
namespace {

/// Degrees between neutral and the light. Below the first nobody sees a cast; beyond the last the
/// colour is the picture (sunset, stage, a room of one colour).
constexpr double kInvisibleDeg = 3.0;
constexpr double kDeliberateDeg = 22.0;
/// Estimates further apart than this say nothing (median errors in Cheng et al. 2014 are 2 to 4
/// degrees).
constexpr double kDisagreementUselessDeg = 5.0;
/// Of what exceeds the invisible; and no more at a time, for median errors are of that size.
constexpr double kCastDamping = 0.7;
constexpr double kMostDeg = 5.0;
constexpr double kTooLittleDeg = 0.5;

struct Verdict {
    double confidence = 0;
    const char* doubt = nullptr;  // why it is 0
};

Verdict judge(const Analysis& a) {
    const double cast = a.cast_deg.to_double();
    if (cast < kInvisibleDeg) return {0, "Left alone: there is no visible cast."};
    if (cast >= kDeliberateDeg) {
        return {0, "Left alone: a cast this strong is taken for part of the scene."};
    }
    const double agreement =
        1.0 - ramp(a.illuminant_disagreement_deg.to_double(), 1.0, kDisagreementUselessDeg);
    if (agreement <= 0.0)
        return {0, "Left alone: the estimates of the light contradict each other."};
    // A light makes grey things coloured: there must be things that would be grey without it, and
    // more of them than are grey as it is. Otherwise the "cast" is the subject's colour.
    const double after = a.neutral_share.to_double();
    const double before = a.neutral_share_before.to_double();
    const double neutrals = ramp(after, 0.02, 0.12) * ramp(after, before, 1.5 * before + 0.02);
    if (neutrals <= 0.0) return {0, "Left alone: hardly anything would be grey under this light."};
    return {agreement * neutrals * (1.0 - ramp(cast, 0.6 * kDeliberateDeg, kDeliberateDeg))};
}

/// Gains that take `share` of the light to neutral without changing the luminance of grey.
void set_gains(WhiteBalance& wb, const Analysis& a, double share) {
    const auto mean = [&](Decimal Illuminant::* channel) {
        return ((a.illuminant_pca.*channel).to_double() +
                (a.illuminant_shades_of_gray.*channel).to_double() +
                (a.illuminant_gray_edge.*channel).to_double()) /
               3.0;
    };
    std::array gains = {mean(&Illuminant::red), mean(&Illuminant::green), mean(&Illuminant::blue)};
    // No light that passes the gate is this far from 1/3; the bound is for numbers from elsewhere.
    for (double& gain : gains) {
        gain = 1.0 + share * (1.0 / (3.0 * std::clamp(gain, 0.15, 0.7)) - 1.0);
    }
    const double luminance = 0.2126 * gains[0] + 0.7152 * gains[1] + 0.0722 * gains[2];
    wb.red_gain = Decimal::from_double(gains[0] / luminance);
    wb.green_gain = Decimal::from_double(gains[1] / luminance);
    wb.blue_gain = Decimal::from_double(gains[2] / luminance);
}

std::string removes_cast(const Analysis& a) {
    const Illuminant& light = a.illuminant_pca;
    const bool warm = light.red > light.blue;
    return std::string("Removes part of a ") + (warm ? "warm" : "cool") +
           " cast that three estimates of the light agree on.";
}

}  // namespace

WhiteBalance decide_white_balance(const Analysis& a) {
    WhiteBalance wb;
    wb.evidence = {
        evidence("cast", a.cast_deg, "degrees"),
        evidence("disagreement of the estimates", a.illuminant_disagreement_deg, "degrees"),
        evidence("share that would be neutral", a.neutral_share, "fraction"),
        evidence("share that is neutral", a.neutral_share_before, "fraction")};
    const double allowed = rule_of(a.scene).white_balance;
    if (allowed == 0.0) {
        wb.reason = left_alone(a.scene);
        return wb;
    }
    const Verdict verdict = judge(a);
    const double confidence = allowed * verdict.confidence;
    wb.confidence = Decimal::from_double(confidence);
    if (confidence == 0.0) {
        wb.reason = verdict.doubt != nullptr ? verdict.doubt : kTooLittle;
        return wb;
    }
    const double cast = a.cast_deg.to_double();
    const double remove_deg =
        std::min(kCastDamping * confidence * (cast - kInvisibleDeg), kMostDeg);
    if (remove_deg < kTooLittleDeg) {
        wb.reason = kTooLittle;
        return wb;
    }
    set_gains(wb, a, remove_deg / cast);
    wb.reason = held_back(removes_cast(a), allowed, a.scene);
    return wb;
}

}  // namespace limpid::recipe
