#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "kernels/kernels.hpp"
#include "test_image.hpp"

namespace limpid::testing::histogram_test {
namespace {

using kernels::ChannelBins;

ChannelBins twin(const TestImage& image) {
    ChannelBins total;
    const bool grey = channels(image.format()) == 1;
    for (int y = 0; y < image.height_px(); y++) {
        for (int x = 0; x < image.width_px(); x++) {
            const int r = image.get(x, y, 0);
            const int g = grey ? r : image.get(x, y, 1);
            const int b = grey ? r : image.get(x, y, 2);
            const int luma = (54 * r + 183 * g + 19 * b + 128) >> 8;
            total.luma[static_cast<std::size_t>(luma >> 8)]++;
            total.red[static_cast<std::size_t>(r >> 8)]++;
            total.green[static_cast<std::size_t>(g >> 8)]++;
            total.blue[static_cast<std::size_t>(b >> 8)]++;
        }
    }
    return total;
}

void expect_equal(const ChannelBins& a, const ChannelBins& b) {
    EXPECT_EQ(a.luma, b.luma);
    EXPECT_EQ(a.red, b.red);
    EXPECT_EQ(a.green, b.green);
    EXPECT_EQ(a.blue, b.blue);
}

TEST(Histogram, EqualsTheTwinForEverySizeAndContent) {
    for (const PixelFormat format : {PixelFormat::gray16, PixelFormat::rgb16}) {
        for (const Size size : kSizes) {
            for (const Content content : kContents) {
                TestImage image(format, size.width_px, size.height_px, 5);
                image.fill(content, 4);
                ChannelBins total;
                ASSERT_TRUE(kernels::add_histogram(std::as_const(image).view(), total));
                expect_equal(total, twin(image));
            }
        }
    }
}

TEST(Histogram, AddsStripsToTheWhole) {
    TestImage image(PixelFormat::rgb16, 83, 29);
    image.fill(Content::random, 4);
    ChannelBins total;
    for (int y = 0; y < 29; y += 7) {
        const auto part = kernels::strip(std::as_const(image).view(), {y, std::min(y + 7, 29)});
        ASSERT_TRUE(kernels::add_histogram(part.rows, total));
    }
    expect_equal(total, twin(image));
    EXPECT_EQ(std::accumulate(total.luma.begin(), total.luma.end(), 0u), 83u * 29u);
}

TEST(Histogram, RefusesOtherFormats) {
    for (const PixelFormat format :
         {PixelFormat::gray8, PixelFormat::rgb8, PixelFormat::rgba8, PixelFormat::rgba16}) {
        TestImage image(format, 4, 4);
        ChannelBins total;
        const Status done = kernels::add_histogram(std::as_const(image).view(), total);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().id(), ErrorCode::argument_invalid);
        expect_equal(total, ChannelBins{});
    }
}

}  // namespace
}  // namespace limpid::testing::histogram_test
