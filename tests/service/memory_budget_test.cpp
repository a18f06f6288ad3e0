#include "native/service/memory_budget.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace limpid::service {
namespace {

using Share = MemoryBudget::Share;

TEST(MemoryBudget, SharesAreBoundedTogether) {
    MemoryBudget budget(10);
    Share first(budget);
    Share second(budget);
    EXPECT_TRUE(first.grow_to(6));
    EXPECT_FALSE(second.grow_to(5));
    EXPECT_TRUE(second.grow_to(4));
    EXPECT_EQ(budget.held_bytes(), 10U);
    EXPECT_TRUE(first.grow_to(3)) << "it has 6 already";
    EXPECT_FALSE(first.grow_to(7));
    EXPECT_FALSE(first.grow_to(UINT64_MAX));
    second.release();
    EXPECT_TRUE(first.grow_to(10));
}

TEST(MemoryBudget, EverythingComesBack) {
    MemoryBudget budget(10);
    {
        Share first(budget);
        EXPECT_TRUE(first.grow_to(4));
        Share moved(std::move(first));
        EXPECT_EQ(budget.held_bytes(), 4U);
        Share other(budget);
        EXPECT_TRUE(other.grow_to(5));
        other = std::move(moved);
        EXPECT_EQ(budget.held_bytes(), 9U);
    }
    EXPECT_EQ(budget.held_bytes(), 0U);
}

TEST(MemoryBudget, ASmallerBoundLeavesWhatIsHeld) {
    MemoryBudget budget(10);
    Share share(budget);
    EXPECT_TRUE(share.grow_to(8));
    budget.set_max(5);
    EXPECT_TRUE(share.grow_to(8));
    EXPECT_FALSE(share.grow_to(9));
    Share other(budget);
    EXPECT_FALSE(other.grow_to(1));
}

TEST(MemoryBudget, AskingForRoomHoldsNothing) {
    MemoryBudget budget(10);
    Share share(budget);
    EXPECT_TRUE(budget.has_room_for(10));
    EXPECT_FALSE(budget.has_room_for(11));
    EXPECT_FALSE(budget.has_room_for(UINT64_MAX));
    EXPECT_EQ(budget.held_bytes(), 0U);
    EXPECT_TRUE(share.grow_to(8));
    EXPECT_TRUE(budget.has_room_for(2));
    EXPECT_FALSE(budget.has_room_for(3));
    budget.set_max(5);
    EXPECT_FALSE(budget.has_room_for(0));
}

TEST(MemoryBudget, WithoutABudgetThereIsNothing) {
    Share share;
    EXPECT_TRUE(share.grow_to(0));
    EXPECT_FALSE(share.grow_to(1));
}

}  // namespace
}  // namespace limpid::service
