#include "quality/ciede2000.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

namespace limpid::quality {
namespace {

constexpr double kPi = std::numbers::pi;

double radians(double degrees) { return degrees * kPi / 180.0; }

double linear(std::uint8_t encoded) {
    static const auto kTable = [] {
        std::array<double, 256> table{};
        for (std::size_t i = 0; i < table.size(); ++i) {
            const double u = static_cast<double>(i) / 255.0;
            table[i] = u <= 0.04045 ? u / 12.92 : std::pow((u + 0.055) / 1.055, 2.4);
        }
        return table;
    }();
    return kTable[encoded];
}

double cube_root_of_ratio(double t) {
    constexpr double kEdge = 216.0 / 24389.0;
    return t > kEdge ? std::cbrt(t) : (24389.0 / 27.0 * t + 16.0) / 116.0;
}

double pow7(double x) {
    const double cube = x * x * x;
    return cube * cube * x;
}

double hue_deg(double a, double b) {
    if (a == 0.0 && b == 0.0) return 0.0;
    const double degrees = std::atan2(b, a) * 180.0 / kPi;
    return degrees < 0.0 ? degrees + 360.0 : degrees;
}

double hue_difference_deg(double from, double to) {
    const double difference = to - from;
    if (difference > 180.0) return difference - 360.0;
    return difference < -180.0 ? difference + 360.0 : difference;
}

double mean_hue_deg(double one, double other) {
    const double sum = one + other;
    if (std::fabs(one - other) <= 180.0) return sum / 2.0;
    return sum < 360.0 ? (sum + 360.0) / 2.0 : (sum - 360.0) / 2.0;
}

/// Chroma and hue with the a axis stretched, equations 2 to 7.
struct Polar {
    double chroma, hue;
};

Polar polar(const Lab& colour, double stretch) {
    const double a = (1.0 + stretch) * colour.a;
    return {std::hypot(a, colour.b), hue_deg(a, colour.b)};
}

double hue_weight(double mean_hue) {
    return 1.0 - 0.17 * std::cos(radians(mean_hue - 30.0)) +
           0.24 * std::cos(radians(2.0 * mean_hue)) +
           0.32 * std::cos(radians(3.0 * mean_hue + 6.0)) -
           0.20 * std::cos(radians(4.0 * mean_hue - 63.0));
}

double saturation_of_chroma(double chroma) {
    constexpr double k25Pow7 = 6103515625.0;
    return std::sqrt(pow7(chroma) / (pow7(chroma) + k25Pow7));
}

}  // namespace

Lab lab_of(std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
    const double r = linear(red);
    const double g = linear(green);
    const double b = linear(blue);
    const double x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047;
    const double y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b;
    const double z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883;
    const double fx = cube_root_of_ratio(x);
    const double fy = cube_root_of_ratio(y);
    const double fz = cube_root_of_ratio(z);
    return {116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)};
}

double ciede2000(const Lab& one, const Lab& other) {
    const double mean_ab = (std::hypot(one.a, one.b) + std::hypot(other.a, other.b)) / 2.0;
    const double stretch = 0.5 * (1.0 - saturation_of_chroma(mean_ab));
    const Polar p = polar(one, stretch);
    const Polar q = polar(other, stretch);
    const bool grey = p.chroma * q.chroma == 0.0;

    const double dl = other.l - one.l;
    const double dc = q.chroma - p.chroma;
    const double dh_deg = grey ? 0.0 : hue_difference_deg(p.hue, q.hue);
    const double dh = 2.0 * std::sqrt(p.chroma * q.chroma) * std::sin(radians(dh_deg / 2.0));

    const double mean_l = (one.l + other.l) / 2.0;
    const double mean_c = (p.chroma + q.chroma) / 2.0;
    const double mean_h = grey ? p.hue + q.hue : mean_hue_deg(p.hue, q.hue);
    const double off_50 = (mean_l - 50.0) * (mean_l - 50.0);
    const double sl = 1.0 + 0.015 * off_50 / std::sqrt(20.0 + off_50);
    const double sc = 1.0 + 0.045 * mean_c;
    const double sh = 1.0 + 0.015 * mean_c * hue_weight(mean_h);
    const double from_275 = (mean_h - 275.0) / 25.0;
    const double turn = -std::sin(radians(60.0 * std::exp(-from_275 * from_275))) * 2.0 *
                        saturation_of_chroma(mean_c);
    const double l = dl / sl;
    const double c = dc / sc;
    const double h = dh / sh;
    return std::sqrt(l * l + c * c + h * h + turn * c * h);
}

double mean_difference(const ImageView& one, const ImageView& other) {
    double sum = 0.0;
    std::int64_t count = 0;
    for (int y = 0; y < one.height_px; y += 2) {
        const auto* p = reinterpret_cast<const std::uint8_t*>(one.row(y));
        const auto* q = reinterpret_cast<const std::uint8_t*>(other.row(y));
        for (int x = 0; x < one.width_px; x += 2, p += 6, q += 6, ++count) {
            if (p[0] == q[0] && p[1] == q[1] && p[2] == q[2]) continue;
            sum += ciede2000(lab_of(p[0], p[1], p[2]), lab_of(q[0], q[1], q[2]));
        }
    }
    return sum / static_cast<double>(count);
}

}  // namespace limpid::quality
