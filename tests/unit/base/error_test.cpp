#include "limpid/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace limpid::error_test {
namespace {

constexpr ErrorCode kAll[] = {
#define LIMPID_ERROR(identifier, code, sentence, hint, http_status, exit_code, visibility) \
    ErrorCode::identifier,
#include "limpid/errors.def"
#undef LIMPID_ERROR
};

TEST(Errors, EveryRowDescribesItself) {
    for (const ErrorCode code : kAll) EXPECT_EQ(describe(code).id, code);
}

TEST(Errors, CodesAreUniqueDottedAndMatchTheIdentifier) {
    const std::string identifiers[] = {
#define LIMPID_ERROR(identifier, code, sentence, hint, http_status, exit_code, visibility) \
    #identifier,
#include "limpid/errors.def"
#undef LIMPID_ERROR
    };
    std::set<std::string> seen;
    for (const ErrorCode code : kAll) {
        std::string text(describe(code).code);
        EXPECT_TRUE(seen.insert(text).second) << text;
        ASSERT_EQ(std::count(text.begin(), text.end(), '.'), 1) << text;
        text.replace(text.find('.'), 1, "_");
        EXPECT_EQ(text, identifiers[static_cast<std::size_t>(code)]);
    }
}

TEST(Errors, ExitCodesAreTheDocumentedOnes) {
    const std::set<int> documented = {2, 3, 4, 5, 70, 78, 130};
    for (const ErrorCode code : kAll) {
        EXPECT_TRUE(documented.contains(describe(code).exit_code)) << describe(code).code;
    }
}

TEST(Errors, MessageIsOneLineOfCodeFoundAndHint) {
    const Error error(ErrorCode::image_too_large, "20000 x 20000 px; max_width_px is 16384");
    EXPECT_EQ(error.message().find("image.too_large: "), 0u);
    EXPECT_NE(error.message().find("20000 x 20000 px; max_width_px is 16384; raise"),
              std::string::npos);
    for (const ErrorCode code : kAll) {
        EXPECT_EQ(Error(code).message().find('\n'), std::string::npos);
    }
}

}  // namespace
}  // namespace limpid::error_test
