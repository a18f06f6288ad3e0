#include "limpid/byte_buffer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <utility>

namespace limpid::byte_buffer_test {
namespace {

std::array<std::byte, 3> abc() { return {std::byte{1}, std::byte{2}, std::byte{3}}; }

TEST(ByteBuffer, AppendsKeepEarlierBytes) {
    ByteBuffer buffer;
    for (int i = 0; i < 1000; ++i) ASSERT_TRUE(buffer.append(abc()));
    ASSERT_EQ(buffer.size(), 3000u);
    for (std::size_t i = 0; i < buffer.size(); ++i) {
        ASSERT_EQ(buffer.data()[i], static_cast<std::byte>(i % 3 + 1));
    }
}

TEST(ByteBuffer, GrowsWithZeros) {
    ByteBuffer buffer;
    ASSERT_TRUE(buffer.append(abc()));
    ASSERT_TRUE(buffer.resize(64));
    for (std::size_t i = 3; i < 64; ++i) EXPECT_EQ(buffer.data()[i], std::byte{0});
    EXPECT_EQ(buffer.data()[2], std::byte{3});
}

TEST(ByteBuffer, ZeroesWhatIsRegrownAfterShrinking) {
    ByteBuffer buffer;
    ASSERT_TRUE(buffer.append(abc()));
    ASSERT_TRUE(buffer.resize(1));
    ASSERT_TRUE(buffer.resize(3));
    EXPECT_EQ(buffer.data()[0], std::byte{1});
    EXPECT_EQ(buffer.data()[1], std::byte{0});
    EXPECT_EQ(buffer.data()[2], std::byte{0});
}

TEST(ByteBuffer, KeepsWhatWasThereWhenTheRestIsToBeOverwritten) {
    ByteBuffer buffer;
    const std::byte kept{7};
    ASSERT_TRUE(buffer.append({&kept, 1}));
    ASSERT_TRUE(buffer.resize_for_overwrite(100000));
    EXPECT_EQ(buffer.size(), 100000u);
    EXPECT_EQ(buffer.span()[0], kept);
    buffer.span()[99999] = kept;  // all of it can be written
}

TEST(ByteBuffer, MovedFromIsEmpty) {
    ByteBuffer buffer;
    ASSERT_TRUE(buffer.append(abc()));
    const ByteBuffer other = std::move(buffer);
    EXPECT_EQ(other.size(), 3u);
    EXPECT_TRUE(buffer.empty());  // NOLINT(bugprone-use-after-move): that is the promise
}

TEST(ByteBuffer, OutOfMemoryIsFalseAndKeepsTheContents) {
    ByteBuffer buffer;
    ASSERT_TRUE(buffer.append(abc()));
    // More than the address space: malloc must refuse. volatile hides the constant from the
    // compiler, which otherwise warns about it.
    volatile std::size_t impossible = std::numeric_limits<std::size_t>::max() / 2;
    EXPECT_FALSE(buffer.reserve(impossible));
    EXPECT_FALSE(buffer.resize(impossible));
    EXPECT_FALSE(buffer.resize_for_overwrite(impossible));
    EXPECT_EQ(buffer.size(), 3u);
    EXPECT_EQ(buffer.data()[2], std::byte{3});
}

}  // namespace
}  // namespace limpid::byte_buffer_test
