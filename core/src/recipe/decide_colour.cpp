#include <algorithm>
#include <string>
#include <utility>

#include "recipe/decide.hpp"
#include "recipe/scene_rules.hpp"

namespace limpid::recipe {
namespace {

/// Mean chroma of photographs that look coloured enough; those above need nothing.
constexpr double kEnoughChroma = 0.15;
/// Below this the picture is toned or grey, and its faint colour is noise or intent.
constexpr double kFaintChroma = 0.02;
/// What is still muted after one pass gets as much again in a second: that must not be seen.
constexpr double kMaxVibrance = 0.2;
constexpr double kDamping = 0.6;
constexpr double kTooSmall = 0.05;
/// Skin is what people notice first when colours grow.
constexpr double kSkinProtection = 0.7;
/// Share of the way to the remembered colour: skin differs most between people.
constexpr double kMaxSkin = 0.15;
constexpr double kMaxSky = 0.25;
constexpr double kMaxFoliage = 0.25;

double vibrance_confidence(const Analysis& a) {
    return ramp(a.chroma_mean.to_double(), kFaintChroma, 0.06) *
           (1.0 - ramp(a.chroma_p95.to_double(), 0.5, 0.8)) *
           (1.0 - ramp(sure_noise(a), 0.015, 0.05));
}

}  // namespace

Vibrance decide_vibrance(const Analysis& a) {
    Vibrance vibrance;
    vibrance.skin_protection = Decimal::from_double(kSkinProtection);
    vibrance.evidence = {evidence("mean chroma", a.chroma_mean, "level"),
                         evidence("95th percentile of chroma", a.chroma_p95, "level")};
    const double allowed = rule_of(a.scene).colour;
    const double chroma = a.chroma_mean.to_double();
    if (allowed == 0.0) {
        vibrance.reason = left_alone(a.scene);
    } else if (chroma < kFaintChroma) {
        vibrance.reason = "Left alone: the picture is nearly grey, which may be meant.";
    } else if (chroma >= kEnoughChroma) {
        vibrance.reason = "Left alone: the colours are strong enough.";
    } else {
        const double confidence = allowed * vibrance_confidence(a);
        const double amount =
            confidence * std::min(kDamping * (kEnoughChroma / chroma - 1.0), kMaxVibrance);
        vibrance.confidence = Decimal::from_double(confidence);
        vibrance.reason = kTooLittle;
        if (amount >= kTooSmall) {
            vibrance.vibrance = Decimal::from_double(amount);
            vibrance.reason = held_back("Strengthens muted colours, skin less.", allowed, a.scene);
        }
    }
    return vibrance;
}

MemoryColours decide_memory_colours(const Analysis& a) {
    MemoryColours colours;
    colours.evidence = {evidence("share of skin", a.skin_share, "fraction"),
                        evidence("share of sky", a.sky_share, "fraction"),
                        evidence("share of foliage", a.foliage_share, "fraction")};
    const double allowed = rule_of(a.scene).colour;
    if (allowed == 0.0) {
        colours.reason = left_alone(a.scene);
        return colours;
    }
    // A few pixels of a colour are something else as often as not.
    const auto share = [&](Decimal measured, double most) {
        const double amount = allowed * most * ramp(measured.to_double(), 0.03, 0.12);
        return amount < kTooSmall ? Decimal{} : Decimal::from_double(amount);
    };
    colours.skin = share(a.skin_share, kMaxSkin);
    colours.sky = share(a.sky_share, kMaxSky);
    colours.foliage = share(a.foliage_share, kMaxFoliage);
    std::string found;
    for (const auto& [amount, name] :
         {std::pair{colours.skin, "skin"}, {colours.sky, "sky"}, {colours.foliage, "foliage"}}) {
        if (amount.ten_thousandths == 0) continue;
        found.append(found.empty() ? "" : " and ").append(name);
    }
    if (found.empty()) {
        colours.reason = "Left alone: there is too little skin, sky or foliage to be sure of.";
        return colours;
    }
    const Decimal largest = std::max({a.skin_share, a.sky_share, a.foliage_share});
    colours.confidence = Decimal::from_double(allowed * ramp(largest.to_double(), 0.03, 0.12));
    colours.reason =
        held_back("Turns " + found + " towards the colour people remember.", allowed, a.scene);
    return colours;
}

}  // namespace limpid::recipe
