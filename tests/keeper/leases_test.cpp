#include "native/keeper/leases.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <stdlib.h>

namespace limpid::keeper {
namespace {

class LeasesTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / "limpid-leases-XXXXXX";
        ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    Leases leases(const std::string& instance) { return {folder_, instance, 2, 60}; }
    static std::string outcome(const Status& status) {
        return status ? "ok" : std::string(status.error().code());
    }

    std::string folder_;
};

TEST_F(LeasesTest, I11_TheThirdOfTwoIsRefusedUntilOneIsOver) {
    Leases first = leases("first");
    Leases second = leases("second");
    Leases third = leases("third");
    EXPECT_EQ(outcome(first.renew({1000})), "ok");
    EXPECT_EQ(outcome(second.renew({1030})), "ok");
    EXPECT_EQ(outcome(third.renew({1031})), "license.too_many_instances");
    EXPECT_EQ(outcome(first.renew({1059})), "ok");
    EXPECT_EQ(outcome(third.renew({1089})), "license.too_many_instances");
    // The second has not renewed its own for a minute.
    EXPECT_EQ(outcome(third.renew({1090})), "ok");
    EXPECT_EQ(outcome(second.renew({1091})), "license.too_many_instances");
    first.release();
    EXPECT_EQ(outcome(second.renew({1092})), "ok");
}

TEST_F(LeasesTest, ADamagedFileIsAnErrorAndNoFreeLease) {
    for (const std::string text : {"x", "12", "12 ", "a b\n", "1 a\n\n"}) {
        std::ofstream(folder_ + "/license.leases") << text;
        EXPECT_EQ(outcome(leases("one").renew({5})), "io.unreadable") << text;
    }
    std::ofstream(folder_ + "/license.leases") << "1 a\n";
    EXPECT_EQ(outcome(leases("one").renew({5})), "ok");
}

TEST_F(LeasesTest, WithoutTheFolderThereIsNone) {
    Leases gone(folder_ + "/none", "one", 2, 60);
    EXPECT_EQ(outcome(gone.renew({5})), "io.unwritable");
}

}  // namespace
}  // namespace limpid::keeper
