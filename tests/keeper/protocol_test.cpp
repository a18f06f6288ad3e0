#include "native/keeper/protocol.hpp"

#include <gtest/gtest.h>

#include <string>

#include <nlohmann/json.hpp>

#include "native/keeper/message.hpp"

namespace limpid::keeper {
namespace {

using Json = nlohmann::json;

Answer token_answer() {
    Answer answer;
    answer.id = 7;
    answer.token = TokenFacts{.subject = "s", .scopes = "a b", .expires_at = {100}};
    return answer;
}

TEST(Protocol, WhatIsWrittenIsReadBack) {
    keeper::Setup setup;
    setup.version = "1";
    setup.jwt_secret = "file:/a";
    setup.audit_max_bytes = 5;
    setup.audit_sync_each = false;
    const auto read_setup = parse_setup(to_json(setup));
    ASSERT_TRUE(read_setup);
    EXPECT_EQ(to_json(*read_setup), to_json(setup));
    EXPECT_EQ(read_setup->jwt_secret, "file:/a");

    OpenAudit question{.id = 3, .after = 9, .unanswered = {}};
    EXPECT_EQ(to_json(*parse_open_audit(to_json(question))), to_json(question));
    question.unanswered = audit::Event{.name = "a.b",
                                       .principal = "p",
                                       .client = "c",
                                       .request_id = "r",
                                       .details = {{"x", "y\n\""}}};
    EXPECT_EQ(to_json(*parse_open_audit(to_json(question))), to_json(question));

    Answer answer = token_answer();
    EXPECT_EQ(parse_answer(to_json(answer))->token->scopes, "a b");
    answer.token.reset();
    answer.error = Error(ErrorCode::jwt_expired, "at noon");
    EXPECT_EQ(parse_answer(to_json(answer))->error->code(), "jwt.expired");
    answer.error.reset();
    answer.license = LicenseFacts();
    answer.license->status_json = R"({"state":"active"})";
    EXPECT_EQ(to_json(*parse_answer(to_json(answer))), to_json(answer));
}

TEST(Protocol, NothingElseIsBelieved) {
    const Json good = Json::parse(to_json(token_answer()));
    const auto refuses = [](const Json& json) { return !parse_answer(json.dump()); };
    ASSERT_FALSE(refuses(good));
    for (const char* const member : {"id", "token"}) {
        Json less = good;
        less.erase(member);
        EXPECT_TRUE(refuses(less)) << member;
    }
    Json changed = good;
    changed["more"] = 1;
    EXPECT_TRUE(refuses(changed));
    changed = good;
    changed["id"] = -1;
    EXPECT_TRUE(refuses(changed));
    changed = good;
    changed["token"]["expires_at"] = "soon";
    EXPECT_TRUE(refuses(changed));
    changed = good;
    changed["audit"] = {{"seq", 1}, {"was_written", false}};
    EXPECT_TRUE(refuses(changed)) << "two answers in one";
    EXPECT_TRUE(refuses({{"id", 1}, {"error", {{"code", "no.such"}, {"found", ""}}}}));
    EXPECT_TRUE(refuses({{"id", 1},
                         {"license",
                          {{"state", 0},
                           {"grace_days_left", 0},
                           {"features", ""},
                           {"masked_id", ""},
                           {"status_json", "no JSON"}}}}));
    for (const char* const text : {"", "[]", "null", "{", R"({"id":1,"id":1})"}) {
        EXPECT_FALSE(parse_answer(text)) << text;
        EXPECT_FALSE(parse_setup(text)) << text;
        EXPECT_FALSE(parse_hello(text)) << text;
        EXPECT_FALSE(parse_append(text)) << text;
    }
}

TEST(Protocol, TextsOfErrorsAreCutAndPrintable) {
    Answer answer;
    answer.id = 1;
    answer.error = Error(ErrorCode::io_unwritable, std::string(5000, '\n'));
    const auto read = parse_answer(to_json(answer));
    ASSERT_TRUE(read);
    EXPECT_LE(read->error->found().size(), 4096U);
    EXPECT_EQ(read->error->found().find('\n'), std::string_view::npos);
}

}  // namespace
}  // namespace limpid::keeper
