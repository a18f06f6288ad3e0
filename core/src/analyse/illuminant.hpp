#pragma once

#include "base/exact_math.hpp"
#include "limpid/image.hpp"

namespace limpid::analysis {

/// Estimates of the colour of the light from the proxy. Directions of length 1 in linear RGB.
struct IlluminantEstimates {
    /// Principal component of the brightest and darkest 3.5 % of the pixels, measured along the
    /// mean colour (Cheng, Prasad, Brown, JOSA A 31(5), 2014).
    Vec3 pca;
    /// Minkowski norm with p = 6 (Finlayson and Trezzi, CIC 2004).
    Vec3 shades_of_gray;
    /// The same norm of the differences between neighbours: edges between surfaces are grey on
    /// average (van de Weijer, Gevers, Gijsenij, IEEE TIP 16(9), 2007).
    Vec3 gray_edge;
    /// Pixels that were neither clipped nor too dark to carry colour; 0 leaves all neutral.
    int pixels_used = 0;
};

/// @param proxy  rgb16. Deterministic; thread-safe.
[[nodiscard]] IlluminantEstimates estimate_illuminant(const ImageView& proxy);

}  // namespace limpid::analysis
