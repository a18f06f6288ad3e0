#include "base/text.hpp"

#include <gtest/gtest.h>

namespace limpid::text_test {
namespace {

TEST(Excerpt, KeepsShortTextAndReplacesControls) {
    EXPECT_EQ(excerpt("plain"), "plain");
    EXPECT_EQ(excerpt("a\nb\x1b[0m\x7f"), "a?b?[0m?");
}

TEST(Excerpt, CutsBetweenCharacters) {
    EXPECT_EQ(excerpt("ab\u20ac", 5), "ab\u20ac");
    EXPECT_EQ(excerpt("ab\u20ac", 4), "ab");
    EXPECT_EQ(excerpt("ab\u20ac", 3), "ab");
    EXPECT_EQ(excerpt("\x80\x80\x80", 2), "");
}

}  // namespace
}  // namespace limpid::text_test
