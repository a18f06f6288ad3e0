#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/decimal.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/limits.hpp"

namespace limpid {

/// One measured number that a decision rests on.
struct Evidence {
    std::string name;
    Decimal value;
    std::string unit;
    friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// What every correction carries beside its amounts.
struct Correction {
    /// 0..1; scales the amounts towards identity. This is the member to edit.
    Decimal strength{Decimal::kOne};
    /// 0..1; how sure the analysis was. Explains only: it does not change the pixels.
    Decimal confidence{};
    /// One plain sentence, also for a correction that was not made.
    std::string reason;
    std::vector<Evidence> evidence;
    friend bool operator==(const Correction&, const Correction&) = default;
};

/// Reduces JPEG artefacts. See recipe.def for the meaning, unit and range of every amount.
struct Deblock : Correction {
    Decimal amount{};
    Decimal quality{100 * Decimal::kOne};
    friend bool operator==(const Deblock&, const Deblock&) = default;
};
/// Removes noise.
struct Denoise : Correction {
    Decimal luma_sigma{};
    Decimal chroma_sigma{};
    friend bool operator==(const Denoise&, const Denoise&) = default;
};
/// Removes a colour cast.
struct WhiteBalance : Correction {
    Decimal red_gain{Decimal::kOne};
    Decimal green_gain{Decimal::kOne};
    Decimal blue_gain{Decimal::kOne};
    friend bool operator==(const WhiteBalance&, const WhiteBalance&) = default;
};
/// Brightens or darkens.
struct Exposure : Correction {
    Decimal exposure_ev{};
    friend bool operator==(const Exposure&, const Exposure&) = default;
};
/// Places black and white and bends the mid-tones.
struct Tone : Correction {
    Decimal black_point{};
    Decimal white_point{Decimal::kOne};
    Decimal contrast{};
    friend bool operator==(const Tone&, const Tone&) = default;
};
/// Takes off haze.
struct Dehaze : Correction {
    Decimal amount{};
    Decimal airlight_red{Decimal::kOne};
    Decimal airlight_green{Decimal::kOne};
    Decimal airlight_blue{Decimal::kOne};
    friend bool operator==(const Dehaze&, const Dehaze&) = default;
};
/// Lifts dark regions, holds back bright ones.
struct ShadowsHighlights : Correction {
    Decimal shadows{};
    Decimal highlights{};
    friend bool operator==(const ShadowsHighlights&, const ShadowsHighlights&) = default;
};
/// Strengthens structure between edges.
struct LocalContrast : Correction {
    Decimal amount{};
    friend bool operator==(const LocalContrast&, const LocalContrast&) = default;
};
/// Strengthens muted colours.
struct Vibrance : Correction {
    Decimal vibrance{};
    Decimal skin_protection{};
    friend bool operator==(const Vibrance&, const Vibrance&) = default;
};
/// Pulls skin, sky and foliage towards their remembered colours.
struct MemoryColours : Correction {
    Decimal skin{};
    Decimal sky{};
    Decimal foliage{};
    friend bool operator==(const MemoryColours&, const MemoryColours&) = default;
};
/// Unsharp mask on luma, without halos.
struct Sharpen : Correction {
    Decimal amount{};
    Decimal radius_px{Decimal::kOne};
    Decimal threshold{};
    Decimal overshoot{};
    friend bool operator==(const Sharpen&, const Sharpen&) = default;
};

/// What to do to an image, and why. Pure data: a default-constructed recipe changes nothing.
/// Members stand in the order of application.
struct Recipe {
    /// Version of the format. The meaning of a version never changes.
    static constexpr int kVersion = 1;

    /// One correction each; see recipe.def.
    Deblock deblock;
    Denoise denoise;
    WhiteBalance white_balance;
    Exposure exposure;
    Tone tone;
    Dehaze dehaze;
    ShadowsHighlights shadows_highlights;
    LocalContrast local_contrast;
    Vibrance vibrance;
    MemoryColours memory_colours;
    Sharpen sharpen;

    friend bool operator==(const Recipe&, const Recipe&) = default;
};

/// Read a recipe from JSON. Corrections and amounts that are absent have their identity value;
/// numbers are rounded to four digits after the point.
///
/// @param json    UTF-8 text; at most limits.max_recipe_bytes, at most 64 levels deep.
/// @return recipe.malformed | recipe.too_large | recipe.unknown_field | recipe.missing_field |
///         recipe.wrong_type | recipe.out_of_range | recipe.unsupported_version, each with the
///         JSON pointer of the member. Duplicate members are malformed. Thread-safe.
[[nodiscard]] LIMPID_API Result<Recipe> parse_recipe(std::string_view json,
                                                     const Limits& limits = {});

/// Check every amount against recipe.def. @return recipe.out_of_range with a JSON pointer.
[[nodiscard]] LIMPID_API Status validate(const Recipe& recipe);

/// Canonical JSON (RFC 8785): one recipe has one text, byte for byte.
[[nodiscard]] LIMPID_API std::string to_json(const Recipe& recipe);

/// JSON Schema (2020-12) of a recipe, made from recipe.def.
[[nodiscard]] LIMPID_API std::string recipe_json_schema();

/// True when rendering `recipe` returns every pixel unchanged.
[[nodiscard]] LIMPID_API bool is_identity(const Recipe& recipe) noexcept;

/// The recipe with every strength multiplied by `strength` (0..1).
/// @return argument.invalid when it is outside.
[[nodiscard]] LIMPID_API Result<Recipe> scaled(Recipe recipe, Decimal strength);

}  // namespace limpid
