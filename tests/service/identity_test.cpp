#include "native/service/identity/identity.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>

#include "native/platform/random_source.hpp"
#include "native/service/exchange.hpp"
#include "native/service/identity/memory_session_store.hpp"
#include "values.hpp"

namespace limpid::service::identity {
namespace {

constexpr std::string_view kPassword = "violet-harbour-27-lamps";
constexpr std::string_view kOther = "seven quiet otters swim";

class IdentityTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("limpid-identity-" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
        settings_.state_dir = folder_;
        open();
    }
    void TearDown() override {
        identity_.reset();
        std::filesystem::remove_all(folder_);
    }

    void open() {
        auto opened =
            Identity::open(context_.get_executor(), settings_,
                           std::make_unique<MemorySessionStore>(settings_.max_sessions), random_);
        ASSERT_TRUE(opened) << opened.error().message();
        identity_ = *std::move(opened);
    }

    /// Run until everything that was asked is answered.
    void finish() {
        while (!answered_) {
            context_.restart();
            // Without work it would not wait: that is with the threads.
            if (context_.run_one() == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        answered_ = false;
    }

    std::optional<Error> add(const std::string& name, Role role) {
        std::optional<Error> error;
        identity_->add_user({.name = name, .role = role, .password = secret_of(kPassword)}, {100},
                            [&](Happened happened) {
                                error = happened.error;
                                answered_ = true;
                            });
        finish();
        return error;
    }

    std::optional<ErrorCode> change(const std::string& name, const UserChange& change,
                                    std::int64_t now) {
        std::optional<ErrorCode> code;
        identity_->change_user(identity_->accounts().find(name)->id, change, std::nullopt, {now},
                               [&](Happened happened) {
                                   if (happened.error) code = happened.error->id();
                                   answered_ = true;
                               });
        finish();
        return code;
    }

    /// @return the token; the code of an error.
    std::string log_in(const std::string& name, std::string_view password, std::int64_t now,
                       const std::string& old = "") {
        std::string token;
        identity_->log_in(head("POST", old), name, secret_of(password), {now},
                          [&](Result<Identity::Begun> begun) {
                              answered_ = true;
                              if (!begun) {
                                  token = begun.error().code();
                                  return;
                              }
                              csrf_ = begun->who.session.csrf_token;
                              token = begun->set_cookie.substr(7);  // limpid=
                              token.resize(token.find(';'));
                          });
        finish();
        return token;
    }

    static RequestHead head(const std::string& method, const std::string& token) {
        RequestHead head;
        head.method = method;
        if (!token.empty()) head.fields.push_back({"Cookie", "limpid=" + token});
        return head;
    }

    /// @return the principal's id; the code of an error.
    std::string authenticate(RequestHead head, std::int64_t now = 200) {
        const auto exchange = std::make_shared<Exchange>();
        exchange->head = std::move(head);
        std::string who = "nothing";
        identity_->async_authenticate(exchange, {now}, [&](Result<Principal> principal) {
            who = principal ? principal->id : std::string(principal.error().code());
        });
        return who;
    }

    std::filesystem::path folder_;
    Settings settings_ = default_settings();
    platform::SystemRandom random_;
    boost::asio::io_context context_;
    std::unique_ptr<Identity> identity_;
    std::string csrf_;
    bool answered_ = false;
};

TEST_F(IdentityTest, P4_TheTokenChangesAtLoginAndTheOldOneIsDead) {
    ASSERT_FALSE(add("ada", Role::editor));
    const std::string first = log_in("ada", kPassword, 150);
    ASSERT_TRUE(first.starts_with("lms_")) << first;
    EXPECT_EQ(authenticate(head("GET", first)), "user:ada");
    const std::string second = log_in("ada", kPassword, 151, first);
    EXPECT_NE(first, second);
    EXPECT_EQ(authenticate(head("GET", first)), "token.unknown");
    EXPECT_EQ(authenticate(head("GET", second)), "user:ada");
    // What was planted is not taken over.
    const std::string third = log_in("ada", kPassword, 152, "lms_planted");
    EXPECT_NE(third, "lms_planted");
    EXPECT_EQ(authenticate(head("GET", "lms_planted")), "token.unknown");
    EXPECT_EQ(authenticate(head("GET", third), 152 + 86'400), "token.unknown");
}

TEST_F(IdentityTest, ForgedRequestsAreRefused) {
    ASSERT_FALSE(add("ada", Role::editor));
    const std::string token = log_in("ada", kPassword, 150);
    EXPECT_EQ(authenticate(head("POST", token)), "session.forged_request");
    const auto with = [&](const char* name, const std::string& value) {
        RequestHead with = head("POST", token);
        with.fields.push_back({name, value});
        return with;
    };
    EXPECT_EQ(authenticate(with("X-CSRF-Token", csrf_)), "user:ada");
    EXPECT_EQ(authenticate(with("X-CSRF-Token", csrf_ + "0")), "session.forged_request");
    std::string other = csrf_;
    other.back() = other.back() == '0' ? '1' : '0';
    EXPECT_EQ(authenticate(with("X-CSRF-Token", other)), "session.forged_request");
    RequestHead cross = with("X-CSRF-Token", csrf_);
    cross.fields.push_back({"Sec-Fetch-Site", "cross-site"});
    EXPECT_EQ(authenticate(cross), "session.forged_request");
    cross.method = "GET";
    EXPECT_EQ(authenticate(cross), "session.forged_request");
}

TEST_F(IdentityTest, WhoMayNotComeInLearnsOneThingOnly) {
    ASSERT_FALSE(add("ada", Role::admin));
    ASSERT_FALSE(add("bob", Role::viewer));
    EXPECT_EQ(log_in("ada", kOther, 150), "login.refused");
    EXPECT_EQ(log_in("nobody", kPassword, 150), "login.refused");
    UserChange disable;
    disable.disabled = true;
    ASSERT_FALSE(change("bob", disable, 151));
    EXPECT_EQ(log_in("bob", kPassword, 152), "login.refused");
}

TEST_F(IdentityTest, SessionsEndWithTheirUser) {
    ASSERT_FALSE(add("ada", Role::admin));
    ASSERT_FALSE(add("bob", Role::viewer));
    const std::string token = log_in("bob", kPassword, 150);
    UserChange promote;
    promote.role = Role::admin;
    ASSERT_FALSE(change("bob", promote, 151));
    EXPECT_EQ(authenticate(head("GET", token)), "user:bob");
    UserChange disable;
    disable.disabled = true;
    ASSERT_FALSE(change("bob", disable, 160));
    EXPECT_EQ(authenticate(head("GET", token)), "token.unknown");
    disable.disabled = false;
    ASSERT_FALSE(change("bob", disable, 170));
    EXPECT_EQ(authenticate(head("GET", token)), "token.unknown");
}

TEST_F(IdentityTest, FollowsWhatAnotherProcessChanges) {
    ASSERT_FALSE(add("ada", Role::admin));
    ASSERT_FALSE(add("bob", Role::viewer));
    const std::string token = log_in("bob", kPassword, 150);
    {
        UserStore other = UserStore::open(folder_ / "users.db").value();
        ASSERT_TRUE(other.remove(identity_->accounts().find("bob")->id));
    }
    std::vector<UserEvent> events;
    identity_->refresh([&](Happened happened) {
        EXPECT_FALSE(happened.error);
        events = std::move(happened.events);
        answered_ = true;
    });
    finish();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events.front().name, "user.removed");
    EXPECT_EQ(authenticate(head("GET", token)), "token.unknown");
}

TEST_F(IdentityTest, I17_SetupIsOpenUntilThereIsAnAdministrator) {
    const auto token = identity_->open_setup({1000});
    ASSERT_TRUE(token && *token);
    const auto set_up = [&](std::string_view password, std::int64_t now) {
        std::optional<ErrorCode> code;
        identity_->set_up((*token)->expose_text(), {.name = "ada", .password = secret_of(password)},
                          {now}, [&](Happened happened) {
                              if (happened.error) code = happened.error->id();
                              answered_ = true;
                          });
        finish();
        return code;
    };
    EXPECT_EQ(set_up("password1234", 1001), ErrorCode::user_weak_password);
    EXPECT_EQ(set_up(kPassword, 1000 + 901), ErrorCode::token_expired);
    const auto fresh = identity_->open_setup({3000});
    ASSERT_TRUE(fresh && *fresh);
    EXPECT_EQ(set_up(kPassword, 3001), ErrorCode::token_unknown);  // that of before
    identity_->set_up((*fresh)->expose_text(), {.name = "ada", .password = secret_of(kPassword)},
                      {3002}, [&](Happened happened) {
                          EXPECT_FALSE(happened.error);
                          answered_ = true;
                      });
    finish();
    EXPECT_EQ(identity_->accounts().find("ada")->role, Role::admin);
    EXPECT_EQ(set_up(kPassword, 3003), ErrorCode::setup_closed);
    const auto none = identity_->open_setup({3004});
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
}

TEST_F(IdentityTest, MorePasswordsThanCanBeHashedAreTurnedAway) {
    ASSERT_FALSE(add("ada", Role::admin));
    int busy = 0;
    int answers = 0;
    constexpr int kLogins = Accounts::kMaxHashing + 3;
    for (int i = 0; i < kLogins; ++i) {
        identity_->log_in(head("POST", ""), "ada", secret_of(kOther), {150},
                          [&](Result<Identity::Begun> begun) {
                              ++answers;
                              ASSERT_FALSE(begun);
                              if (begun.error().id() == ErrorCode::service_busy) ++busy;
                          });
    }
    EXPECT_EQ(busy, 3);
    // The others are forgotten with it.
    identity_.reset();
    EXPECT_EQ(answers, 3);
}

}  // namespace
}  // namespace limpid::service::identity
