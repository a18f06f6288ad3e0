#pragma once

#include <string>
#include <utility>

#include "limpid/analysis.hpp"
#include "limpid/recipe.hpp"

/// One function per correction. Each asks what the statistics want, damps it, gates it by how sure
/// the evidence is and by the kind of picture, and says why in one sentence, also when it does
/// nothing.
///
/// Damping: applying the whole of what global statistics ask for costs about 2 dB on MIT-Adobe
/// FiveK against 0.5-0.75 of it (measured on 16 pairs). Most of it lies in where a correction
/// stops: it goes to the near edge of the range in which photographs look right, not to its middle,
/// so that a second pass finds nothing to do. Thresholds without another source were set by eye, on
/// contact sheets of camera photographs.
namespace limpid::recipe {

/// 0 at or below `from`, 1 at or above `to`, straight between.
[[nodiscard]] double ramp(double value, double from, double to) noexcept;

[[nodiscard]] inline Evidence evidence(std::string name, Decimal value, std::string unit) {
    return {std::move(name), value, std::move(unit)};
}

/// Standard deviation of the noise of luma, of full scale, that is surely noise: that of sensors
/// differs between the channels, so what colour pictures have in luma and not in chroma is fine
/// texture (rock, water, grass), however regular it is.
[[nodiscard]] double sure_noise(const Analysis& a) noexcept;

/// Levels after white balance and exposure of `so_far`, encoded to encoded.
[[nodiscard]] double luma_after_light(const Recipe& so_far, double encoded) noexcept;

/// The same through tone as well: what the local corrections find.
[[nodiscard]] double luma_after_tone(const Recipe& so_far, double encoded) noexcept;

/// At least 1: how much farther apart levels of the darker half of the picture are after light and
/// tone than before, and noise with them.
[[nodiscard]] double stretch_of_shadows(const Analysis& a, const Recipe& so_far) noexcept;

/// 0..1: highlights are lost, and the darkest parts and the mid-tones together are bright
/// nevertheless, the more so the fewer are lost: a sky behind something dark is lit as it was meant
/// to be, and so is a glare on something black. Of the photographs that are as their cameras made
/// them, 1 of 142 passes (a lamp); the closest others are a bird before a bright street and an
/// aeroplane before white clouds.
[[nodiscard]] double overexposed(const Analysis& a) noexcept;

/// What every correction that is too small to be seen says.
inline constexpr const char* kTooLittle = "Left alone: what is missing is too little to see.";

[[nodiscard]] Deblock decide_deblock(const Analysis& a);
[[nodiscard]] WhiteBalance decide_white_balance(const Analysis& a);
[[nodiscard]] Dehaze decide_dehaze(const Analysis& a);
/// @param so_far  with white balance and dehaze decided.
[[nodiscard]] Exposure decide_exposure(const Analysis& a, const Recipe& so_far);
/// @param so_far  with exposure decided, too.
[[nodiscard]] Tone decide_tone(const Analysis& a, const Recipe& so_far);
/// @param so_far  with tone decided, too.
[[nodiscard]] ShadowsHighlights decide_shadows_highlights(const Analysis& a, const Recipe& so_far);
[[nodiscard]] LocalContrast decide_local_contrast(const Analysis& a, const Recipe& so_far);
[[nodiscard]] Vibrance decide_vibrance(const Analysis& a);
[[nodiscard]] MemoryColours decide_memory_colours(const Analysis& a);
/// @param so_far  with tone decided: the noise is judged as it will be seen, and removed as it is.
[[nodiscard]] Denoise decide_denoise(const Analysis& a, const Recipe& so_far);
[[nodiscard]] Sharpen decide_sharpen(const Analysis& a, const Recipe& so_far);

}  // namespace limpid::recipe
