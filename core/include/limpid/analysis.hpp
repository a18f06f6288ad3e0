#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "limpid/decimal.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"
#include "limpid/recipe.hpp"
#include "limpid/run.hpp"

namespace limpid {

/// Levels of one channel at fixed shares of the pixels, 0 (black) .. 1 (white), gamma-encoded.
struct Percentiles {
    Decimal p0_3, p1, p5, p25, p50, p75, p95, p99, p99_5;
};

/// An estimate of the colour of the light: linear-light red, green and blue that sum to 1.
struct Illuminant {
    Decimal red, green, blue;
};

/// Shares of the pixels, 0..1, channel by channel.
struct ChannelShares {
    Decimal red, green, blue;
};

/// Gamma-encoded levels, 0..1, channel by channel.
struct ChannelLevels {
    Decimal red, green, blue;
};

/// Standard deviations of noise, of full scale, by quarters of the range of luma.
struct NoiseByLevel {
    Decimal darkest, dark, bright, brightest;
};

/// What kind of picture the numbers speak of; analysis.def says what each means.
enum class SceneClass : std::uint8_t {
#define LIMPID_SCENE(name, doc) name,
#define LIMPID_ANALYSIS(...)
#include "limpid/analysis.def"
#undef LIMPID_SCENE
#undef LIMPID_ANALYSIS
};

/// "ordinary", "night", ….
[[nodiscard]] LIMPID_API std::string_view to_string(SceneClass scene) noexcept;

/// What was measured: one member for each row of analysis.def, which has its unit and meaning.
/// Integers or Decimals only, so that it is the same on every target.
struct Analysis {
#define LIMPID_SCENE(...)
#define LIMPID_ANALYSIS(type, member, unit, doc) type member{};
#include "limpid/analysis.def"
#undef LIMPID_SCENE
#undef LIMPID_ANALYSIS
};

/// Measure an image. Cost: one read of it.
/// @param jpeg_quality  ImageInfo::jpeg_quality of the file the pixels come from; 0 when unknown.
/// @return argument.invalid | memory.exhausted | run.cancelled. Thread-safe.
[[nodiscard]] LIMPID_API Result<Analysis> analyse_pixels(const ImageView& pixels,
                                                         const RunOptions& run = {},
                                                         int jpeg_quality = 0);

/// The kind of picture that the other members of `analysis` speak of. analyse_pixels() has set
/// Analysis::scene to it; to overrule it, set that member before decide(). Thread-safe.
[[nodiscard]] LIMPID_API SceneClass classify_scene(const Analysis& analysis) noexcept;

/// Decide what the numbers ask for. Never sees pixels. Deterministic, thread-safe.
[[nodiscard]] LIMPID_API Recipe decide(const Analysis& analysis);

/// JSON object with one member per member of Analysis.
[[nodiscard]] LIMPID_API std::string to_json(const Analysis& analysis);

}  // namespace limpid
