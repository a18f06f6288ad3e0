#pragma once

#include "base/exact_math.hpp"
#include "limpid/image.hpp"

namespace limpid::analysis {

/// The light under which most places of the picture would have something grey.
struct GraySurfaces {
    /// Direction of length 1 in linear RGB.
    Vec3 light;
    /// How much more speaks for that light than for a neutral one; 1 when nothing does, at most
    /// 100.
    double odds = 1;
};

/// Photographs have grey things in many places (asphalt, walls, clouds, cloth, metal), and those
/// lie close together in chromaticity; a coloured subject fills few places, however large it is.
/// So each of 8 x 8 parts of the proxy votes for the lights near which its pixels are, with the
/// fourth root of their share, which makes presence count more than area. The vote is weighed with
/// the lights that occur, spread along the daylight locus and less across it, and with the
/// gray-edge estimate.
///
/// The idea of counting presence is that of colour by correlation (Finlayson, Hordley and Hubel,
/// PAMI 23(11), 2001).
/// @param proxy      rgb16.
/// @param gray_edge  IlluminantEstimates::gray_edge of it.
/// @return a neutral light with odds 1 when fewer than 64 pixels carry colour. Deterministic;
///         thread-safe.
[[nodiscard]] GraySurfaces find_gray_surfaces(const ImageView& proxy, const Vec3& gray_edge);

}  // namespace limpid::analysis
