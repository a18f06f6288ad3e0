#include "limpid/security/token.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/security/secret_helpers.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::token_test {
namespace {

constexpr UnixSeconds kNow{1'800'000'000};

class Token : public ::testing::Test {
protected:
    std::string issue(TokenKind kind, std::int64_t lifetime_s,
                      std::string_view subject = "user 7") {
        return text_of(issue_token(kind, subject, lifetime_s, kNow, random_, store_));
    }
    SeededRandom random_{1};
    MemoryTokenStore store_{3};
};

TEST_F(Token, ASessionWorksUntilItsEndAndOnlyAsWhatItIs) {
    const std::string session = issue(TokenKind::session, 86'400);
    EXPECT_EQ(session.size(), 47U);
    EXPECT_TRUE(session.starts_with("lms_"));
    EXPECT_EQ(verify_session(session, kNow, store_).value().subject, "user 7");
    EXPECT_EQ(verify_session(session, {kNow.value + 86'400}, store_).value().expires_at,
              (UnixSeconds{kNow.value + 86'400}));
    EXPECT_EQ(code_of(verify_session(session, {kNow.value + 86'401}, store_)), "token.expired");
    EXPECT_EQ(code_of(redeem_ticket(session, kNow, store_)), "token.malformed");
    EXPECT_EQ(code_of(redeem_ticket("lmt_" + session.substr(4), kNow, store_)), "token.unknown");
    ASSERT_TRUE(end_session(session, store_).has_value());
    EXPECT_EQ(code_of(verify_session(session, kNow, store_)), "token.unknown");
    EXPECT_TRUE(end_session(session, store_).has_value());
}

TEST_F(Token, F3_ATicketWorksOnceAndForThirtySeconds) {
    const std::string ticket = issue(TokenKind::ticket, 30);
    EXPECT_EQ(redeem_ticket(ticket, {kNow.value + 30}, store_).value().subject, "user 7");
    EXPECT_EQ(code_of(redeem_ticket(ticket, kNow, store_)), "token.unknown");
    const std::string late = issue(TokenKind::ticket, 30);
    EXPECT_EQ(code_of(redeem_ticket(late, {kNow.value + 31}, store_)), "token.expired");
    EXPECT_EQ(code_of(redeem_ticket(late, kNow, store_)), "token.unknown");
}

TEST_F(Token, TheStoreHoldsNoTokenAndNoMoreThanItMay) {
    const std::string a = issue(TokenKind::session, 10);
    issue(TokenKind::session, 100);
    issue(TokenKind::session, 100);
    EXPECT_EQ(code_of(issue_token(TokenKind::session, "b", 10, kNow, random_, store_)),
              "token.store_full");
    EXPECT_TRUE(verify_session(a, kNow, store_).has_value());
    // What has expired makes room.
    EXPECT_TRUE(
        issue_token(TokenKind::session, "b", 10, {kNow.value + 11}, random_, store_).has_value());
    EXPECT_EQ(store_.size(), 3U);
    ASSERT_TRUE(store_.remove_subject("user 7").has_value());
    EXPECT_EQ(store_.size(), 1U);
}

TEST_F(Token, EveryFlippedBitIsRefused) {
    std::string session = issue(TokenKind::session, 10);
    for (std::size_t bit = 0; bit < session.size() * 8; ++bit) {
        const auto flip = static_cast<char>(1 << (bit % 8));
        session[bit / 8] = static_cast<char>(session[bit / 8] ^ flip);
        EXPECT_FALSE(verify_session(session, kNow, store_).has_value()) << bit;
        session[bit / 8] = static_cast<char>(session[bit / 8] ^ flip);
    }
    for (const std::string& text : {std::string(), std::string("lms_"), session + "=",
                                    session + "A", session.substr(0, 46), " " + session}) {
        EXPECT_EQ(code_of(verify_session(text, kNow, store_)), "token.malformed") << text;
    }
}

TEST_F(Token, SubjectsAndLifetimesAreChecked) {
    const auto refused = [&](std::string_view subject, std::int64_t lifetime_s, UnixSeconds now) {
        return code_of(issue_token(TokenKind::session, subject, lifetime_s, now, random_, store_));
    };
    EXPECT_EQ(refused("", 10, kNow), "argument.invalid");
    EXPECT_EQ(refused(std::string(257, 'x'), 10, kNow), "argument.invalid");
    EXPECT_EQ(refused("a", 0, kNow), "argument.invalid");
    EXPECT_EQ(refused("a", 31'536'001, kNow), "argument.invalid");
    EXPECT_EQ(refused("a", 10, {INT64_MAX}), "argument.invalid");
    EXPECT_EQ(store_.size(), 0U);
}

}  // namespace
}  // namespace limpid::security::token_test
