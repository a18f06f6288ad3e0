#include "base/tone_curve.hpp"

namespace limpid {

double apply_light(double gain, double linear) noexcept {
    return gain * linear / (1.0 + (gain - 1.0) * linear);
}

double light_gain(double from, double to) noexcept {
    return to * (1.0 - from) / (from * (1.0 - to));
}

double apply_tone(const LevelsAndContrast& tone, double encoded) noexcept {
    double t = (encoded - tone.black) / (tone.white - tone.black);
    t = t > 0.0 ? (t < 1.0 ? t : 1.0) : 0.0;
    return t + tone.contrast * (t * t * (3.0 - 2.0 * t) - t);
}

}  // namespace limpid
