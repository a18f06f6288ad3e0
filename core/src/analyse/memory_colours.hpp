#pragma once

#include "limpid/image.hpp"

namespace limpid::analysis {

/// How much of a picture has the colours that people remember, as shares of its area, 0..1: means
/// of the memberships by which colour() protects and turns them (kernels/hue_classes.hpp).
struct MemoryColourShares {
    double skin = 0;
    /// Only where the picture is smooth and above the lower third: blue walls and cloths are not.
    double sky = 0;
    double foliage = 0;
};

/// @param proxy  rgb16 (gray16 has no share of anything). Deterministic; thread-safe.
[[nodiscard]] MemoryColourShares measure_memory_colours(const ImageView& proxy);

}  // namespace limpid::analysis
