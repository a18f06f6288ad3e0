#include "limpid/security/problem.hpp"

#include <gtest/gtest.h>

#include "limpid/security/json.hpp"

namespace limpid::security::problem_test {
namespace {

TEST(Problem, SaysWhatTheTableSays) {
    const Error error(ErrorCode::upload_too_large, "52428801 bytes; max_bytes is 52428800");
    ProblemContext context;
    context.type_base = "https://example.org/problems/";
    context.instance = "/v1/enhance";
    context.request_id = "r-1";
    context.errors = {{"/a~1b", "too \"large\""}};
    EXPECT_EQ(
        problem_json(error, context),
        "{\"code\":\"upload.too_large\",\"detail\":\"the file is larger than the limits allow: "
        "52428801 bytes; "
        "max_bytes is 52428800; send a smaller file, or raise the limit named in the "
        "message\",\"errors\":[{"
        "\"pointer\":\"/a~1b\",\"reason\":\"too "
        "\\\"large\\\"\"}],\"instance\":\"/v1/enhance\",\"request_id\":"
        "\"r-1\",\"status\":413,\"title\":\"the file is larger than the limits allow\",\"type\":"
        "\"https://example.org/problems/upload.too_large\"}");
}

TEST(Problem, KeepsWhatIsForTheOperatorFromTheClient) {
    const Error error(ErrorCode::network_forbidden_address, "10.0.0.5 is private_use");
    ProblemContext context;
    context.errors = {{"/url", "10.0.0.5"}};
    const std::string json = problem_json(error, context);
    EXPECT_EQ(json.find("10.0.0.5"), std::string::npos) << json;
    EXPECT_EQ(
        json,
        "{\"code\":\"network.forbidden_address\",\"status\":403,\"title\":\"Forbidden\",\"type\":"
        "\"about:blank\"}");
}

TEST(Problem, IsCanonicalJsonForEveryErrorOfTheTable) {
#define LIMPID_ERROR(identifier, code_text, sentence, hint, http, exit_code, visibility) \
    {                                                                                    \
        const std::string json = problem_json(Error(ErrorCode::identifier,               \
                                                    "a\"\n\xFF"                          \
                                                    "b"));                               \
        const auto document = parse_json_strict(json);                                   \
        ASSERT_TRUE(document.has_value()) << json;                                       \
        EXPECT_EQ(document->root().canonical(), json);                                   \
        EXPECT_EQ(document->root().find("status")->as_integer(), http);                  \
        EXPECT_EQ(document->root().find("code")->as_string(), code_text);                \
    }
#include "limpid/errors.def"
#undef LIMPID_ERROR
}

}  // namespace
}  // namespace limpid::security::problem_test
