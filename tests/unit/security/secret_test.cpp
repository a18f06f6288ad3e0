#include "limpid/security/secret.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <string>
#include <type_traits>
#include <vector>

#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::secret_test {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };

// What would let a secret out by accident does not compile.
static_assert(!std::copy_constructible<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(std::is_nothrow_move_assignable_v<Secret>);
static_assert(!Streamable<Secret>);
static_assert(!std::convertible_to<Secret, std::string>);
static_assert(!std::convertible_to<Secret, std::string_view>);
static_assert(!std::convertible_to<Secret, Bytes>);
static_assert(!std::convertible_to<Secret, bool>);
static_assert(!std::constructible_from<std::string, Secret>);
static_assert(!std::constructible_from<Secret, std::string>);
static_assert(!std::three_way_comparable<Secret>);

TEST(Secret, HoldsWhatItWasGiven) {
    const Secret secret = secret_of("correct horse");
    EXPECT_EQ(secret.size(), 13U);
    EXPECT_EQ(secret.expose_text(), "correct horse");
    EXPECT_TRUE(secret.equals(as_bytes("correct horse")));
    EXPECT_FALSE(secret.equals(as_bytes("correct horsf")));
    EXPECT_FALSE(secret.equals(as_bytes("correct hors")));
    EXPECT_TRUE(secret == secret.clone().value());
    EXPECT_FALSE(secret == secret_of(""));
    EXPECT_TRUE(secret_of("") == Secret());
}

TEST(Secret, IsShownAsRedactedOnly) {
    EXPECT_EQ(to_log_string(secret_of("correct horse")), "[redacted]");
    EXPECT_EQ(to_log_string(Secret()), "[redacted]");
}

TEST(Secret, TakingWipesWhatItWasTakenFrom) {
    std::string text = "correct horse battery staple";
    text.reserve(100);
    const char* where = text.data();
    const std::size_t size = text.size();
    const Secret secret = Secret::take(text).value();
    EXPECT_EQ(secret.expose_text(), "correct horse battery staple");
    EXPECT_TRUE(text.empty());
    // The string has kept its memory: the pointer is still good.
    EXPECT_EQ(std::string(where, size), std::string(size, '\0'));

    std::vector<std::byte> bytes(16, std::byte{0xA5});
    EXPECT_EQ(Secret::take(std::span(bytes)).value().size(), 16U);
    EXPECT_EQ(bytes, std::vector<std::byte>(16));
}

TEST(Secret, MovingLeavesNothingBehind) {
    Secret a = secret_of("first");
    Secret b = std::move(a);
    EXPECT_EQ(b.expose_text(), "first");
    EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): what is promised of it
    EXPECT_EQ(a.expose().data(), nullptr);
    a = secret_of("second");
    b = std::move(a);
    EXPECT_EQ(b.expose_text(), "second");
    Secret& same = b;
    b = std::move(same);
    EXPECT_EQ(b.expose_text(), "second");
    b.wipe();
    EXPECT_TRUE(b.empty());
    b.wipe();
}

TEST(Secret, BoundsItsSize) {
    SeededRandom random(1);
    EXPECT_EQ(Secret::random(Secret::kMaxBytes, random)->size(), Secret::kMaxBytes);
    const auto refused = Secret::random(Secret::kMaxBytes + 1, random);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().id(), ErrorCode::argument_invalid);
}

TEST(Secret, AWriterThatFailsGivesItsError) {
    const auto made = Secret::make(8, [](std::span<std::byte> out) -> Status {
        out[0] = std::byte{1};
        return fail(ErrorCode::internal_failure);
    });
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().id(), ErrorCode::internal_failure);
}

TEST(Secret, LiesBetweenGuardPagesWhereThereAreSome) {
#if defined(__EMSCRIPTEN__)
    EXPECT_FALSE(secret_of("x").guarded());
#else
    EXPECT_TRUE(secret_of("x").guarded());
    EXPECT_FALSE(Secret().guarded());
#endif
}

TEST(Secret, StaysUsableWhenNoMoreMemoryCanBeLocked) {
    // 64 MiB in all, which no usual RLIMIT_MEMLOCK allows.
    SeededRandom random(2);
    std::vector<Secret> many;
    for (int i = 0; i < 64; ++i) many.push_back(Secret::random(Secret::kMaxBytes, random).value());
    EXPECT_TRUE(many.back() == many.back().clone().value());
    EXPECT_FALSE(many.back() == many.front());
}

}  // namespace
}  // namespace limpid::security::secret_test
