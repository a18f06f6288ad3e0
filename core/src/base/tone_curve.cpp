#include "base/tone_curve.hpp"

namespace limpid {
namespace {

/// Linear level from which white balance bends towards white. Lower, and a cast stays in bright
/// grey things; higher, and the last levels before white are torn apart: with the gain 0.8, which a
/// cast of 10 degrees asks for, they lie three times as far apart as they did.
constexpr double kWhiteShoulder = 0.75;

/// Where the ends of the levels begin to bend, after scaling: the last quarter and the first
/// twentieth. Set by looking: whites keep their drawing, blacks still look black.
constexpr double kShoulder = 0.75;
constexpr double kToe = 0.05;

/// From (0, 0) to (1, 1) with slope `slope` > 0 at 0: monotone and smooth.
double bend(double slope, double u) noexcept { return slope * u / (1.0 + (slope - 1.0) * u); }

}  // namespace

double apply_white_balance(double gain, double linear) noexcept {
    const double start = kWhiteShoulder / (gain > 1.0 ? gain : 1.0);
    if (linear <= start) return gain * linear;
    const double reach = 1.0 - start;
    const double rise = 1.0 - gain * start;
    return gain * start + rise * bend(gain * reach / rise, (linear - start) / reach);
}

double apply_exposure(double gain, double linear) noexcept { return bend(gain, linear); }

double exposure_gain(double from, double to) noexcept {
    return to * (1.0 - from) / (from * (1.0 - to));
}

double apply_tone(const LevelsAndContrast& tone, double encoded) noexcept {
    const double scale = 1.0 / (tone.white - tone.black);
    double t = tone.black != 0.0 || tone.white != 1.0 ? (encoded - tone.black) * scale : encoded;
    if (tone.white != 1.0 && t > kShoulder) {
        const double reach = (1.0 - tone.black) * scale - kShoulder;  // where encoded 1 lies
        const double slope = reach / (1.0 - kShoulder);
        t = kShoulder + (1.0 - kShoulder) * bend(slope, (t - kShoulder) / reach);
    } else if (tone.black != 0.0 && t < kToe) {
        const double reach = kToe + tone.black * scale;  // where encoded 0 lies, downwards
        const double slope = reach / kToe;
        t = kToe - kToe * bend(slope, (kToe - t) / reach);
    }
    t = t > 0.0 ? (t < 1.0 ? t : 1.0) : 0.0;
    return t + tone.contrast * (t * t * (3.0 - 2.0 * t) - t);
}

}  // namespace limpid
