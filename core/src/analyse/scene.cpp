#include "limpid/analysis.hpp"

// What kind of picture the numbers speak of. The classes that must not be touched come first, and
// each asks for several signs at once: a class that is missed costs a correction, one that is seen
// where it is not costs the same, so neither side is favoured. Thresholds were set by eye,
// on small pictures of camera photographs of each kind; none was fitted to a single one.

namespace limpid {
namespace {

double value(Decimal d) { return d.to_double(); }

bool is_monochrome(const Analysis& a) { return a.monochrome || value(a.chroma_p95) < 0.016; }

/// Paper of the page, bright and without colour, with ink that stands out.
bool is_document(const Analysis& a) {
    return value(a.luma.p50) > 0.88 && value(a.luma.p25) > 0.72 && value(a.chroma_mean) < 0.08;
}

/// No lens gives neighbours that are equal nearly everywhere, nor colours as strong as those of a
/// false-colour scale over the whole picture. Heavy compression flattens skies, not everything.
bool is_graphic(const Analysis& a) {
    const bool flat = value(a.flat_share) > 0.75 && value(a.noise_sigma) < 0.001;
    return flat || value(a.chroma_mean) > 0.5;
}

bool is_night(const Analysis& a) { return value(a.luma.p75) < 0.14 && value(a.luma.p50) < 0.08; }

bool is_warm(const Illuminant& light) {
    return value(light.red) > 0.40 && value(light.red) > 1.8 * value(light.blue);
}

/// Dark over most of the picture, bright in a small part of it that lies behind: either strongly
/// warm (a low sun) or with next to nothing between shape and sky.
bool is_silhouette_sunset(const Analysis& a) {
    const bool dark = value(a.luma.p50) < 0.42 && value(a.luma.p5) < 0.05;
    const bool sun = value(a.luma.p99_5) > 0.75;
    const bool warm_sky = value(a.cast_deg) > 14.0 && is_warm(a.illuminant_shades_of_gray);
    const bool cut_out = value(a.bimodality) > 0.82 && value(a.luma.p25) < 0.06 &&
                         value(a.luma.p75) > 0.45 && value(a.local_contrast) < 0.05;
    return dark && sun && (warm_sky || cut_out);
}

/// Water takes red first: red nowhere near the other two, under a light that is cyan.
bool is_underwater(const Analysis& a) {
    const Illuminant& light = a.illuminant_shades_of_gray;
    return value(a.cast_deg) > 14.0 && value(light.red) < 0.22 && value(light.green) > 0.30 &&
           value(light.blue) > 0.30 && value(a.red.p95) < 0.75 * value(a.luma.p95);
}

bool is_fog(const Analysis& a) {
    return value(a.luma.p5) > 0.25 && value(a.luma.p95) - value(a.luma.p5) < 0.5 &&
           value(a.luma.p50) > 0.4 && value(a.chroma_mean) < 0.07 && value(a.local_contrast) < 0.03;
}

/// What is clipped to a larger part was exposed too long, bright as it may have been.
bool is_snow_high_key(const Analysis& a) {
    return value(a.clipped_high_share) < 0.08 && value(a.luma.p50) > 0.62 &&
           value(a.luma.p25) > 0.45 && value(a.chroma_mean) < 0.12;
}

bool is_already_good(const Analysis& a) {
    const double key = value(a.exposure_key);
    return key > 0.38 && key < 0.60 && value(a.luma.p0_3) < 0.05 && value(a.luma.p99_5) > 0.93 &&
           value(a.clipped_high_share) < 0.02 && value(a.cast_deg) < 3.0 &&
           value(a.luma.p25) > 0.15 && value(a.edge_width_px) < 3.0 &&
           value(a.chroma_mean) > 0.12 && value(a.local_contrast) > 0.05;
}

}  // namespace

SceneClass classify_scene(const Analysis& a) noexcept {
    if (is_document(a)) return SceneClass::document;
    if (is_graphic(a)) return SceneClass::graphic;
    // A few lamps in the dark hardly show in the chroma.
    if (is_night(a)) return SceneClass::night;
    if (is_monochrome(a)) return SceneClass::monochrome;
    if (is_silhouette_sunset(a)) return SceneClass::silhouette_sunset;
    if (is_underwater(a)) return SceneClass::underwater;
    if (is_fog(a)) return SceneClass::fog;
    if (is_snow_high_key(a)) return SceneClass::snow_high_key;
    if (is_already_good(a)) return SceneClass::already_good;
    return SceneClass::ordinary;
}

}  // namespace limpid
