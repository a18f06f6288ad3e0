#include "pipeline/canvas.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <utility>

namespace limpid::pipeline::canvas_test {
namespace {

constexpr std::uint64_t kImageBytes = 4 * 3;

Image gray(int value) {
    Image image = std::move(Image::create(PixelFormat::gray8, 4, 3).value());
    std::memset(image.view().data, value, kImageBytes);
    return image;
}

/// A pass that adds one to the first pixel of what is there.
void add_one(Canvas& canvas) {
    const auto next = canvas.next(PixelFormat::gray8, 4, 3);
    ASSERT_TRUE(next.has_value());
    next->data[0] = static_cast<std::byte>(std::to_integer<int>(canvas.pixels().data[0]) + 1);
    canvas.advance();
}

TEST(Canvas, NeverWritesWhatIsBorrowed) {
    const Image source = gray(7);
    MemoryBudget budget(UINT64_MAX);
    Canvas canvas(source.view(), budget);
    for (int i = 0; i < 3; ++i) add_one(canvas);
    EXPECT_EQ(std::to_integer<int>(canvas.pixels().data[0]), 10);
    EXPECT_EQ(std::to_integer<int>(source.view().data[0]), 7);
}

TEST(Canvas, HoldsTwoImagesHoweverManyPasses) {
    MemoryBudget budget(2 * kImageBytes);
    ASSERT_TRUE(budget.hold(kImageBytes));
    Canvas canvas(gray(1), budget);
    for (int i = 0; i < 5; ++i) add_one(canvas);
    EXPECT_EQ(budget.peak_bytes(), 2 * kImageBytes);
    const auto result = canvas.take();
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(std::to_integer<int>(result->view().data[0]), 6);
}

TEST(Canvas, ReleasesAnImageOfAnotherSizeBeforeItMakesTheNext) {
    MemoryBudget budget(2 * kImageBytes);
    ASSERT_TRUE(budget.hold(kImageBytes));
    Canvas canvas(gray(1), budget);
    add_one(canvas);
    ASSERT_TRUE(canvas.next(PixelFormat::gray8, 2, 6).has_value());
    canvas.advance();
    EXPECT_EQ(canvas.pixels().width_px, 2);
    EXPECT_EQ(budget.peak_bytes(), 2 * kImageBytes);
}

TEST(Canvas, GivesACopyOfBorrowedPixels) {
    const Image source = gray(7);
    MemoryBudget budget(UINT64_MAX);
    Canvas canvas(source.view(), budget);
    const auto copy = canvas.take();
    ASSERT_TRUE(copy.has_value());
    EXPECT_NE(copy->view().data, source.view().data);
    EXPECT_EQ(std::memcmp(copy->view().data, source.view().data, kImageBytes), 0);
}

TEST(Canvas, AsksTheBudgetBeforeItAllocates) {
    MemoryBudget budget(2 * kImageBytes - 1);
    ASSERT_TRUE(budget.hold(kImageBytes));
    Canvas canvas(gray(1), budget);
    const auto next = canvas.next(PixelFormat::gray8, 4, 3);
    ASSERT_FALSE(next.has_value());
    EXPECT_EQ(next.error().id(), ErrorCode::memory_exhausted);
    EXPECT_EQ(budget.peak_bytes(), kImageBytes);
}

TEST(MemoryBudget, RefusesSumsBeyondSixtyFourBits) {
    MemoryBudget budget(UINT64_MAX);
    ASSERT_TRUE(budget.hold(UINT64_MAX - 1));
    EXPECT_FALSE(budget.hold(2));
    EXPECT_TRUE(budget.hold(1));
}

}  // namespace
}  // namespace limpid::pipeline::canvas_test
