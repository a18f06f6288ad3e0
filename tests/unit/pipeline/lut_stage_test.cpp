#include "pipeline/lut_stage.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <utility>

#include "limpid/digest.hpp"
#include "limpid/lut.hpp"
#include "lut/evaluate.hpp"
#include "unit/analyse/synthetic.hpp"

namespace limpid::lut_stage_test {
namespace {

constexpr PixelFormat kFormats[] = {PixelFormat::gray8,  PixelFormat::rgb8,  PixelFormat::rgba8,
                                    PixelFormat::gray16, PixelFormat::rgb16, PixelFormat::rgba16};

Image noise(PixelFormat format, int width_px, int height_px) {
    Image image = std::move(Image::create(format, width_px, height_px).value());
    testing::Random random(77);
    const MutableImageView view = image.view();
    for (int y = 0; y < height_px; ++y) {
        for (std::size_t i = 0; i < view.row_bytes(); ++i) {
            view.row(y)[i] = static_cast<std::byte>(random.below(256));
        }
    }
    return image;
}

int sample(const ImageView& view, int x, int y, int c) {
    const int at = x * channels(view.format) + c;
    if (bytes_per_sample(view.format) == 1) return static_cast<int>(view.row(y)[at]);
    std::uint16_t value = 0;
    std::memcpy(&value, view.row(y) + 2 * std::ptrdiff_t{at}, 2);
    return value;
}

/// A table whose points are `colour_at(level of red, green, blue)`.
template <class ColourAt>
Lut lattice(int points, double least, double most, ColourAt&& colour_at) {
    Lut lut;
    lut.points = points;
    lut.domain_min.fill(least);
    lut.domain_max.fill(most);
    const auto level = [&](int i) { return least + (most - least) * i / (points - 1); };
    for (int b = 0; b < points; ++b) {
        for (int g = 0; g < points; ++g) {
            for (int r = 0; r < points; ++r) {
                const lut::Levels colour = colour_at(level(r), level(g), level(b));
                lut.values.insert(lut.values.end(), colour.begin(), colour.end());
            }
        }
    }
    return lut;
}

lut::Levels warm(double r, double g, double b) {
    return {r + 0.2 * r * (1 - r), 0.9 * g + 0.05, b * b};
}

TEST(ApplyLut, ATableThatChangesNothingReturnsEveryBit) {
    const auto same = [](double r, double g, double b) { return lut::Levels{r, g, b}; };
    for (const PixelFormat format : kFormats) {
        const Image input = noise(format, 531, 21);
        // 7 and 33 points do not divide 65535; six digits are what .cube files have.
        for (const int points : {2, 7, 33, 65}) {
            Lut lut = lattice(points, 0, 1, same);
            for (double& value : lut.values) {
                value = static_cast<double>(static_cast<int>(value * 1e6 + 0.5)) / 1e6;
            }
            const auto output = apply_lut(input.view(), lut);
            ASSERT_TRUE(output) << output.error().message();
            EXPECT_EQ(sha256(output->view()), sha256(input.view())) << points;
        }
        Lut curve;
        curve.is_3d = false;
        curve.points = 2;
        curve.values = {0, 0, 0, 1, 1, 1};
        const auto output = apply_lut(input.view(), curve);
        ASSERT_TRUE(output);
        EXPECT_EQ(sha256(output->view()), sha256(input.view()));
    }
}

TEST(ApplyLut, StrengthZeroReturnsEveryBit) {
    for (const PixelFormat format : kFormats) {
        const Image input = noise(format, 40, 21);
        const auto output = apply_lut(input.view(), lattice(9, 0, 1, warm), {});
        ASSERT_TRUE(output);
        EXPECT_EQ(sha256(output->view()), sha256(input.view()));
    }
}

TEST(ApplyLut, IsWithinAStepOfDoublePrecision) {
    for (const PixelFormat format : {PixelFormat::rgb8, PixelFormat::rgb16, PixelFormat::rgba8}) {
        const int full = bytes_per_sample(format) == 2 ? 65535 : 255;
        // A step of 16 bits and the lattice's own rounding; the second domain is resampled first.
        const Lut tables[] = {lattice(17, 0, 1, warm), lattice(33, -0.25, 1.25, warm)};
        for (const auto& [lut, tolerance] : {std::pair{tables[0], full == 255 ? 0.51 : 2.5},
                                             std::pair{tables[1], full == 255 ? 0.6 : 60.0}}) {
            const Image input = noise(format, 97, 13);
            const auto output = apply_lut(input.view(), lut);
            ASSERT_TRUE(output);
            for (int i = 0; i < 97 * 13; ++i) {
                lut::Levels colour{};
                for (int c = 0; c < 3; ++c) {
                    colour[static_cast<std::size_t>(c)] =
                        static_cast<double>(sample(input.view(), i % 97, i / 97, c)) / full;
                }
                const lut::Levels expected = lut::evaluate(lut, colour);
                for (int c = 0; c < 3; ++c) {
                    ASSERT_NEAR(sample(std::as_const(*output).view(), i % 97, i / 97, c),
                                expected[static_cast<std::size_t>(c)] * full, tolerance);
                }
            }
        }
    }
}

TEST(ApplyLut, GreyTakesTheLumaOfWhatBecomesOfGrey) {
    Lut curve;
    curve.is_3d = false;
    curve.points = 2;
    curve.values = {0, 0, 0, 1, 0.5, 0};
    const Image input = noise(PixelFormat::gray8, 16, 16);
    const auto output = apply_lut(input.view(), curve);
    ASSERT_TRUE(output);
    const int value = sample(input.view(), 5, 5, 0);
    EXPECT_NEAR(sample(std::as_const(*output).view(), 5, 5, 0), value * (0.2126 + 0.5 * 0.7152),
                0.51);
}

TEST(ApplyLut, ThreadsChangeNothing) {
    auto pool = make_thread_pool(3);
    if (!pool) GTEST_SKIP() << "this build has no threads";
    RunOptions run;
    run.runner = pool->get();
    const Image input = noise(PixelFormat::rgb8, 700, 300);
    const Lut lut = lattice(17, 0, 1, warm);
    const auto serial = apply_lut(input.view(), lut);
    const auto parallel = apply_lut(input.view(), lut, {Decimal::kOne}, run);
    ASSERT_TRUE(serial && parallel);
    EXPECT_EQ(sha256(serial->view()), sha256(parallel->view()));
}

TEST(ApplyLut, RefusesWhatIsNotAsDocumented) {
    const Image input = noise(PixelFormat::rgb8, 4, 4);
    const Lut lut = lattice(3, 0, 1, warm);
    EXPECT_EQ(apply_lut({}, lut).error().id(), ErrorCode::argument_invalid);
    EXPECT_EQ(apply_lut(input.view(), lut, Decimal::from_double(1.1)).error().id(),
              ErrorCode::argument_invalid);
    EXPECT_EQ(apply_lut(input.view(), Lut{}).error().id(), ErrorCode::lut_malformed);
}

}  // namespace
}  // namespace limpid::lut_stage_test
