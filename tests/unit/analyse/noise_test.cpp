#include "analyse/noise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "unit/analyse/synthetic.hpp"

namespace limpid::analysis::noise_test {
namespace {

using testing::Random;

/// Sum of twelve uniforms is near enough to a Gaussian of variance 1.
double gaussian(Random& random) {
    double sum = -6.0;
    for (int i = 0; i < 12; ++i) sum += random.below(1U << 16) / 65536.0;
    return sum;
}

/// Smooth random values from a lattice of `cell` px, 0 .. 1.
class Texture {
public:
    Texture(int cell, std::uint32_t seed) : cell_(cell), seed_(seed) {}
    [[nodiscard]] double at(int x, int y) const {
        const int i = x / cell_, j = y / cell_;
        const double a = weight(x % cell_), b = weight(y % cell_);
        return (lattice(i, j) * (1 - a) + lattice(i + 1, j) * a) * (1 - b) +
               (lattice(i, j + 1) * (1 - a) + lattice(i + 1, j + 1) * a) * b;
    }

private:
    [[nodiscard]] double weight(int offset) const {
        const double t = static_cast<double>(offset) / cell_;
        return t * t * (3 - 2 * t);
    }
    [[nodiscard]] double lattice(int i, int j) const {
        Random random(seed_ + static_cast<std::uint32_t>(i) * 7919U +
                      static_cast<std::uint32_t>(j) * 104729U);
        static_cast<void>(random.below(2));
        return random.below(1U << 16) / 65536.0;
    }
    int cell_;
    std::uint32_t seed_;
};

/// What photos are made of: large shapes and gradients, fine structure in a third of the frame, in
/// all four bands of luma. Noise of `sigma(level)` steps is added to every channel.
template <class Sigma>
Image textured(PixelFormat format, Sigma&& sigma) {
    Image image = std::move(Image::create(format, 700, 500).value());
    const MutableImageView view = image.view();
    const Texture shapes(90, 1), structure(3, 2), colour(60, 3);
    Random random(17);
    const int count = channels(format), bytes = bytes_per_sample(format);
    for (int y = 0; y < 500; ++y) {
        for (int x = 0; x < 700; ++x) {
            double level = 16 + 224 * shapes.at(x, y);
            if (x % 300 < 100) level += 30 * (structure.at(x, y) - 0.5);
            for (int c = 0; c < count; ++c) {
                const double tint = c == 1 ? 0 : 20 * (colour.at(x, y) - 0.5);
                const double value = (level + tint + sigma(level) * gaussian(random)) / 255;
                const double full = bytes == 2 ? 65535 : 255;
                const int stored = static_cast<int>(std::clamp(value, 0.0, 1.0) * full + 0.5);
                std::byte* p = view.row(y) + (x * count + c) * bytes;
                if (bytes == 2) {
                    *reinterpret_cast<std::uint16_t*>(p) = static_cast<std::uint16_t>(stored);
                } else {
                    *p = static_cast<std::byte>(stored);
                }
            }
        }
    }
    return image;
}

/// Of noise of 1 in every channel: sqrt(77^2 + 150^2 + 29^2) / 256, and sqrt(2).
constexpr double kLumaShare = 0.6683;
constexpr double kChromaShare = 1.4142;

TEST(NoiseMeasure, IsWithinFifteenPercentOnTexturedImages) {
    for (const double sigma : {2.0, 4.0, 8.0, 14.0, 20.0}) {
        const Image image = textured(PixelFormat::rgb8, [&](double) { return sigma; });
        const NoiseStatistics noise = measure_noise(image.view()).value();
        const double luma = sigma * kLumaShare, chroma = sigma * kChromaShare;
        EXPECT_NEAR(noise.overall.luma_sigma * 255, luma, 0.15 * luma) << sigma;
        EXPECT_NEAR(noise.overall.chroma_sigma * 255, chroma, 0.15 * chroma) << sigma;
    }
}

TEST(NoiseMeasure, IsTheSameInEveryFormat) {
    for (const PixelFormat format : {PixelFormat::gray8, PixelFormat::rgba8, PixelFormat::gray16,
                                     PixelFormat::rgb16, PixelFormat::rgba16}) {
        const Image image = textured(format, [](double) { return 9.0; });
        const NoiseStatistics noise = measure_noise(image.view()).value();
        const bool grey = channels(format) == 1;
        EXPECT_NEAR(noise.overall.luma_sigma * 255, grey ? 9.0 : 9 * kLumaShare, 1.0);
        EXPECT_NEAR(noise.overall.chroma_sigma * 255, grey ? 0.0 : 9 * kChromaShare, 1.5);
    }
}

TEST(NoiseMeasure, FollowsTheIntensity) {
    const Image image =
        textured(PixelFormat::gray8, [](double level) { return level < 128 ? 12.0 : 3.0; });
    const NoiseStatistics noise = measure_noise(image.view()).value();
    for (std::size_t band = 0; band < kNoiseBands; ++band) {
        ASSERT_GE(noise.block_count[band], 32) << band;
        const double expected = band < 2 ? 12 : 3;
        EXPECT_NEAR(noise.bands[band].luma_sigma * 255, expected, 0.2 * expected) << band;
    }
}

TEST(NoiseMeasure, IsZeroWithoutNoise) {
    const Image flat = testing::make_rgb8(640, 480, [](int, int) { return 0x7F6F5FU; });
    const NoiseStatistics noise = measure_noise(flat.view()).value();
    EXPECT_LT(noise.overall.luma_sigma, 1e-9);
    EXPECT_LT(noise.overall.chroma_sigma, 1e-9);
    EXPECT_GT(noise.block_count[1], 3000);
}

TEST(NoiseMeasure, IsUnknownInTinyAndInClippedImages) {
    const Image tiny = testing::make_rgb8(
        31, 400, [](int x, int) { return static_cast<std::uint32_t>(x % 2) * 0xFFFFFFU; });
    const Image white = testing::make_rgb8(400, 400, [](int, int) { return 0xFFFFFFU; });
    for (const Image* image : {&tiny, &white}) {
        const NoiseStatistics noise = measure_noise(image->view()).value();
        EXPECT_EQ(noise.overall.luma_sigma, 0.0);
        EXPECT_EQ(noise.block_count, (std::array<int, kNoiseBands>{}));
    }
}

}  // namespace
}  // namespace limpid::analysis::noise_test
