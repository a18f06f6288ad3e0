#include "limpid/security/replay_store.hpp"

#include <gtest/gtest.h>

#include <string>

namespace limpid::security::replay_store_test {
namespace {

constexpr UnixSeconds kNow{1'700'000'000};
constexpr UnixSeconds kLater{1'700'000'300};

TEST(MemoryReplayStore, NoticesTheSecondTime) {
    MemoryReplayStore store;
    EXPECT_EQ(store.seen("a", kLater, kNow), ReplayVerdict::fresh);
    EXPECT_EQ(store.seen("a", kLater, kNow), ReplayVerdict::replayed);
    EXPECT_EQ(store.seen("b", kLater, kNow), ReplayVerdict::fresh);
    EXPECT_EQ(store.size(), 2U);
}

TEST(MemoryReplayStore, RemembersUntilAndIncludingTheExpiry) {
    MemoryReplayStore store;
    EXPECT_EQ(store.seen("a", kLater, kNow), ReplayVerdict::fresh);
    EXPECT_EQ(store.seen("a", kLater, kLater), ReplayVerdict::replayed);
    EXPECT_EQ(store.seen("a", kLater, {kLater.value + 1}), ReplayVerdict::fresh);
}

TEST(MemoryReplayStore, ForgetsWhenAsked) {
    MemoryReplayStore store;
    EXPECT_EQ(store.seen("a", kLater, kNow), ReplayVerdict::fresh);
    store.forget("a");
    store.forget("never seen");
    EXPECT_EQ(store.size(), 0U);
    EXPECT_EQ(store.seen("a", kLater, kNow), ReplayVerdict::fresh);
}

TEST(MemoryReplayStore, StaysWithinItsCapacityByDroppingWhatExpiresFirst) {
    MemoryReplayStore store(3);
    EXPECT_EQ(store.seen("late", {kNow.value + 30}, kNow), ReplayVerdict::fresh);
    EXPECT_EQ(store.seen("early", {kNow.value + 10}, kNow), ReplayVerdict::fresh);
    EXPECT_EQ(store.seen("middle", {kNow.value + 20}, kNow), ReplayVerdict::fresh);
    EXPECT_EQ(store.dropped(), 0U);
    EXPECT_EQ(store.seen("one more", {kNow.value + 40}, kNow), ReplayVerdict::fresh);
    EXPECT_EQ(store.size(), 3U);
    EXPECT_EQ(store.dropped(), 1U);
    EXPECT_EQ(store.seen("late", {kNow.value + 30}, kNow), ReplayVerdict::replayed);
    EXPECT_EQ(store.seen("middle", {kNow.value + 20}, kNow), ReplayVerdict::replayed);
}

TEST(MemoryReplayStore, RefusesWhenFullIfToldTo) {
    MemoryReplayStore store(1, WhenFull::refuse);
    EXPECT_EQ(store.seen("a", kLater, kNow), ReplayVerdict::fresh);
    EXPECT_EQ(store.seen("b", kLater, kNow), ReplayVerdict::unavailable);
    EXPECT_EQ(store.seen("a", kLater, kNow), ReplayVerdict::replayed);
    EXPECT_EQ(store.seen("b", kLater, {kLater.value + 1}), ReplayVerdict::fresh);
    EXPECT_EQ(store.dropped(), 0U);
}

TEST(MemoryReplayStore, HoldsManyWithoutGrowingBeyondItsCapacity) {
    MemoryReplayStore store(1000);
    for (int i = 0; i < 20'000; ++i) {
        ASSERT_EQ(store.seen("id " + std::to_string(i), {kNow.value + i}, kNow),
                  ReplayVerdict::fresh);
    }
    EXPECT_EQ(store.size(), 1000U);
    EXPECT_EQ(store.dropped(), 19'000U);
    EXPECT_EQ(store.seen("id 19999", {kNow.value + 19'999}, kNow), ReplayVerdict::replayed);
}

}  // namespace
}  // namespace limpid::security::replay_store_test
