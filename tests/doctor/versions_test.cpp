#include "native/doctor/versions.hpp"

#include <gtest/gtest.h>

namespace limpid::doctor {
namespace {

TEST(Versions, I15_AreComparedByTheirNumbers) {
    EXPECT_TRUE(is_before("1.9", "1.10"));
    EXPECT_TRUE(is_before("1.2", "1.2.1"));
    EXPECT_FALSE(is_before("1.2.0", "1.2"));
    EXPECT_FALSE(is_before("2.0", "1.99.99"));
    EXPECT_TRUE(is_before("", "0.1"));
}

TEST(Versions, I15_AdvisoriesHoldFromTheirFirstVersionOn) {
    const std::vector<LibraryFacts> libraries = {{"zlib", "1.3.1"}};
    const Advisory advisory{.id = "X-1", .library = "zlib", .fixed_in = "1.3.2", .since = "1.3"};
    EXPECT_EQ(applies(advisory, libraries), "X-1: zlib 1.3.1");
    EXPECT_EQ(applies(advisory, {{"zlib", "1.2.9"}}), "");
    EXPECT_EQ(applies(advisory, {{"zlib", "1.3.2"}}), "");
    EXPECT_EQ(applies(advisory, {{"zlib-ng", "1.3.1"}}), "");
}

TEST(Versions, I15_EveryLibraryHasItsVersion) {
    for (const LibraryFacts& library : library_versions()) {
        EXPECT_TRUE(is_before("0", library.version)) << library.name;
    }
}

TEST(Versions, I15_OtherFilesAreNoAdvisories) {
    for (
        const char* const text :
        {"", "[]", "{}", R"({"updated_at": 1, "advisories": [], "more": 1})",
         R"({"updated_at": "1", "advisories": []})", R"({"updated_at": 1, "advisories": [1]})",
         R"({"updated_at": 1, "advisories": [{"id": "a", "library": "b"}]})",
         R"({"updated_at": 1, "advisories": [{"id": "a", "library": "b", "fixed_in": "1", "x": "y"}]})",
         R"({"updated_at": 1, "updated_at": 2, "advisories": []})"}) {
        EXPECT_FALSE(read_advisories(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace limpid::doctor
