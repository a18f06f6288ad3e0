#include "native/service/identity/user_store.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/crypto/password_hash.hpp"
#include "native/service/identity/memory_session_store.hpp"
#include "native/service/identity/modes.hpp"
#include "native/service/identity/password_policy.hpp"
#include "native/service/identity/session_cookie.hpp"
#include "native/service/identity/setup_token.hpp"
#include "values.hpp"

namespace limpid::service::identity {
namespace {

class FixedRandom final : public security::RandomSource {
public:
    void fill(std::span<std::byte> bytes) noexcept override {
        for (std::byte& byte : bytes) byte = std::byte{next_++};
    }

private:
    std::uint8_t next_ = 0;
};

class UserStoreTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("limpid-users-" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directory(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path() const { return folder_ / "users.db"; }
    [[nodiscard]] UserStore open() const { return UserStore::open(path()).value(); }

    static User user(const std::string& name, Role role = Role::viewer) {
        return {.id = "id-" + name,
                .name = name,
                .password_hash = "hash",
                .role = role,
                .created_at = {10},
                .valid_from = {10}};
    }

    std::filesystem::path folder_;
};

TEST_F(UserStoreTest, KeepsUsersForItsOwnerOnly) {
    {
        UserStore store = open();
        ASSERT_TRUE(store.add(user("ada", Role::admin)));
        ASSERT_TRUE(store.add(user("bob")));
    }
    const auto users = open().list();
    ASSERT_TRUE(users);
    ASSERT_EQ(users->size(), 2U);
    EXPECT_EQ(users->at(0).name, "ada");
    EXPECT_EQ(users->at(0).role, Role::admin);
    EXPECT_EQ(users->at(1).role, Role::viewer);
    struct stat status{};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(UserStoreTest, SeesWhatAnotherProcessChanges) {
    UserStore mine = open();
    UserStore other = open();
    const std::int64_t before = mine.changes_of_others().value();
    ASSERT_TRUE(mine.add(user("mine")));
    EXPECT_EQ(mine.changes_of_others().value(), before);
    ASSERT_TRUE(other.add(user("other")));
    EXPECT_NE(mine.changes_of_others().value(), before);
    EXPECT_EQ(mine.list()->size(), 2U);
}

TEST_F(UserStoreTest, NamesAreUniqueWhateverTheirCase) {
    UserStore store = open();
    ASSERT_TRUE(store.add(user("ada")));
    EXPECT_EQ(code_of(store.add(user("ADA"))), ErrorCode::user_exists);
}

TEST_F(UserStoreTest, I18_TheLastAdministratorStays) {
    UserStore store = open();
    ASSERT_TRUE(store.add(user("ada", Role::admin)));
    ASSERT_TRUE(store.add(user("bob")));
    UserChange demote;
    demote.role = Role::editor;
    UserChange disable;
    disable.disabled = true;
    EXPECT_EQ(code_of(store.change("id-ada", demote, {20})), ErrorCode::user_last_administrator);
    EXPECT_EQ(code_of(store.change("id-ada", disable, {20})), ErrorCode::user_last_administrator);
    EXPECT_EQ(code_of(store.remove("id-ada")), ErrorCode::user_last_administrator);
    EXPECT_EQ(store.list()->at(0).role, Role::admin);
    UserChange promote;
    promote.role = Role::admin;
    ASSERT_TRUE(store.change("id-bob", promote, {20}));
    ASSERT_TRUE(store.change("id-ada", disable, {20}));
    EXPECT_EQ(code_of(store.remove("id-bob")), ErrorCode::user_last_administrator);
    EXPECT_EQ(code_of(store.remove("id-eve")), ErrorCode::user_not_found);
}

TEST_F(UserStoreTest, I17_OnlyTheFirstAdministratorIsMadeBySetup) {
    UserStore store = open();
    ASSERT_TRUE(store.add(user("viewer")));
    ASSERT_TRUE(store.add_first_administrator(user("ada", Role::admin)));
    EXPECT_EQ(code_of(store.add_first_administrator(user("eve", Role::admin))),
              ErrorCode::setup_closed);
}

TEST_F(UserStoreTest, SessionsFromBeforeANewPasswordAreNotValid) {
    UserStore store = open();
    ASSERT_TRUE(store.add(user("ada")));
    UserChange role;
    role.role = Role::editor;
    EXPECT_EQ(store.change("id-ada", role, {20})->valid_from.value, 10);
    UserChange password;
    password.password_hash = "other";
    EXPECT_EQ(store.change("id-ada", password, {30})->valid_from.value, 30);
    UserChange disabled;
    disabled.disabled = true;
    ASSERT_TRUE(store.change("id-ada", disabled, {40}));
    disabled.disabled = false;
    EXPECT_EQ(store.change("id-ada", disabled, {50})->valid_from.value, 50);
}

TEST_F(UserStoreTest, W13_NamesAreDataAndNeverSql) {
    UserStore store = open();
    const std::array names = {"'; DROP TABLE user; --",
                              "\" OR \"\"=\"",
                              "' OR 1=1 --",
                              "%",
                              "_",
                              "Robert'); DELETE FROM user WHERE ('1'='1",
                              "NULL",
                              "?1",
                              ":name",
                              "\xe2\x82\xac \xf0\x9f\x98\x80"};
    for (const char* name : names) ASSERT_TRUE(store.add(user(name))) << name;
    const auto users = store.list();
    ASSERT_EQ(users->size(), names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        EXPECT_EQ(users->at(i).name, names[i]);
        EXPECT_EQ(code_of(store.add(user(names[i]))), ErrorCode::user_exists);
    }
    for (const char* name : names) ASSERT_TRUE(store.remove("id-" + std::string(name))) << name;
    EXPECT_TRUE(store.list()->empty());
}

TEST_F(UserStoreTest, RefusesWhatIsNoDatabaseAndANewerOne) {
    std::ofstream(path()) << std::string(8192, 'x');
    EXPECT_EQ(code_of(UserStore::open(path())), ErrorCode::storage_damaged);
    std::filesystem::remove(path());
    {
        auto database = jobs::Database::open(path(), jobs::Sharing::shared);
        ASSERT_TRUE(database);
        ASSERT_TRUE(database->run("PRAGMA user_version = 2"));
    }
    EXPECT_EQ(code_of(UserStore::open(path())), ErrorCode::storage_newer);
}

TEST(UserNames, AreTextThatDeceivesNobody) {
    for (const char* good : {"a", "ada", "Zo\xc3\xab", "o'hara", "a b", "\xf0\x9f\x98\x80"}) {
        EXPECT_TRUE(check_user_name(good)) << good;
    }
    const std::array<std::string, 12> bad = {"",
                                             " a",
                                             "a ",
                                             "a\nb",
                                             "a\x7f",
                                             std::string("a\0b", 3),
                                             "a\xff",
                                             "\xc0\xaf",
                                             "a\xc2\x85"
                                             "b",
                                             "a\xe2\x80\xae"
                                             "b",
                                             "\xef\xbb\xbf"
                                             "a",
                                             std::string(129, 'a')};
    for (const std::string& name : bad) {
        EXPECT_EQ(code_of(check_user_name(name)), ErrorCode::argument_invalid) << name;
    }
}

TEST(Passwords, I17_WeakOnesAreRefused) {
    const std::string long_one(1025, 'x');
    for (const std::string& weak :
         {std::string("short-one"), std::string("\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"),
          std::string("aaaaaaaaaaaaaaaa"), std::string("password1234"),
          std::string("P4$$w0rd2024!"), std::string("123456789012"), std::string("qwertyuiop12"),
          std::string("abcdefghijkl"), std::string("computercomputer"),
          std::string("limpid-limpid-1"), std::string("1qaz2wsx3edc"), std::string("charlotte2024"),
          std::string("charlotte-charlotte"), std::string("0987654321ab"),
          std::string("sunshine!!!!!!"), std::string("finalfantasy"),
          std::string("line\nbreak-in-it"), long_one}) {
        EXPECT_EQ(code_of(check_password("charlotte", secret_of(weak))),
                  ErrorCode::user_weak_password)
            << weak;
    }
    for (const char* good : {"violet-harbour-27-lamps", "correct horse battery staple",
                             "Tr0ub4dor&3-and-more", "x9#kLm2$vQp7",
                             "gr\xc3\xbc\xc3\x9f"
                             "e aus dem Nebel"}) {
        const Status status = check_password("charlotte", secret_of(good));
        EXPECT_TRUE(status) << good << ": " << status.error().message();
    }
}

TEST(Passwords, I17_AreKeptAsArgon2id) {
    // More than bcrypt's 72 bytes, of which the last counts.
    const std::string password(100, 'p');
    const auto hash = crypto::hash_password(password + "1");
    ASSERT_TRUE(hash);
    EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << *hash;
    EXPECT_TRUE(crypto::verify_password(*hash, password + "1"));
    EXPECT_FALSE(crypto::verify_password(*hash, password + "2"));
    EXPECT_FALSE(crypto::verify_password("damaged", password + "1"));
}

TEST(Setup, I17_TheTokenWorksOnceAndForFifteenMinutes) {
    FixedRandom random;
    SetupToken setup;
    const auto token = setup.issue({1000}, random);
    ASSERT_TRUE(token);
    EXPECT_EQ(code_of(setup.redeem("lmt_wrong", {1000})), ErrorCode::token_malformed);
    const auto record = setup.redeem(token->expose_text(), {1000 + 900});
    ASSERT_TRUE(record);
    EXPECT_EQ(code_of(setup.redeem(token->expose_text(), {1000})), ErrorCode::token_unknown);
    setup.restore(*record, {1000});
    EXPECT_EQ(code_of(setup.redeem(token->expose_text(), {1000 + 901})), ErrorCode::token_expired);
    const auto next = setup.issue({2000}, random);
    ASSERT_TRUE(next);
    setup.revoke();
    EXPECT_EQ(code_of(setup.redeem(next->expose_text(), {2000})), ErrorCode::token_unknown);
}

Sha256 token_of(std::size_t i) {
    Sha256 token{};
    token[0] = static_cast<std::uint8_t>(i);
    token[1] = static_cast<std::uint8_t>(i >> 8U);
    return token;
}

std::optional<Session> find(MemorySessionStore& store, std::size_t i, std::int64_t now) {
    std::optional<Session> session;
    store.find(token_of(i), {now}, [&](Result<std::optional<Session>> found) {
        ASSERT_TRUE(found);
        session = *std::move(found);
    });
    return session;
}

Status put(MemorySessionStore& store, std::size_t i, const std::string& user, std::int64_t began) {
    Status status;
    store.put(token_of(i),
              {.user = user, .csrf_token = "c", .began_at = {began}, .expires_at = {began + 100}},
              [&](Status done) { status = std::move(done); });
    return status;
}

TEST(MemorySessionStore, P4_HoldsSoManyAndEndsNobodyElses) {
    MemorySessionStore store(3);
    for (std::size_t i = 0; i < 3; ++i) {
        ASSERT_TRUE(put(store, i, "user" + std::to_string(i), 1000));
    }
    EXPECT_EQ(code_of(put(store, 3, "user3", 1050)), ErrorCode::token_store_full);
    EXPECT_EQ(find(store, 0, 1050)->user, "user0");
    EXPECT_FALSE(find(store, 0, 1100).has_value());
    ASSERT_TRUE(put(store, 3, "user3", 1100));
    ASSERT_TRUE(put(store, 4, "user4", 1100));  // in the place of those that have expired
    EXPECT_EQ(store.size(), 2U);
}

TEST(MemorySessionStore, P4_OneUserCannotFillIt) {
    MemorySessionStore store(1000);
    ASSERT_TRUE(put(store, 999, "other", 1));
    for (std::size_t i = 0; i < 100; ++i) {
        ASSERT_TRUE(put(store, i, "me", static_cast<std::int64_t>(i)));
    }
    EXPECT_EQ(store.size(), 1 + MemorySessionStore::kMaxPerUser);
    EXPECT_FALSE(find(store, 0, 50).has_value());
    EXPECT_TRUE(find(store, 99, 150).has_value());
    EXPECT_TRUE(find(store, 999, 50).has_value());
    store.remove_user("me", [](const Status& status) { EXPECT_TRUE(status); });
    EXPECT_EQ(store.size(), 1U);
    store.remove(token_of(999), [](const Status& status) { EXPECT_TRUE(status); });
    store.remove(token_of(999), [](const Status& status) { EXPECT_TRUE(status); });
    EXPECT_EQ(store.size(), 0U);
}

TEST(SessionCookie, P5_IsExactlyThis) {
    EXPECT_EQ(set_cookie("lms_x", true, 86'400),
              "__Host-limpid=lms_x; Path=/; HttpOnly; Secure; SameSite=Strict; Max-Age=86400");
    EXPECT_EQ(set_cookie("lms_x", false, 60),
              "limpid=lms_x; Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
}

TEST(SessionCookie, IsReadFromTheHeaderAndNeverGuessed) {
    const auto value = [](std::vector<std::string> headers) {
        RequestHead head;
        for (std::string& text : headers) head.fields.push_back({"Cookie", std::move(text)});
        return cookie_value(head, kPlainCookie);
    };
    EXPECT_EQ(value({"a=b; limpid=lms_1; c=d"}), "lms_1");
    EXPECT_EQ(value({"limpid=lms_1"}), "lms_1");
    EXPECT_EQ(value({"xlimpid=lms_1; limpidx=lms_2; __Host-limpid=lms_3; LIMPID=4"}), "");
    EXPECT_EQ(value({"limpid=lms_1; limpid=lms_2"}), "");
    EXPECT_EQ(value({}), "");
    EXPECT_EQ(value({"limpid"}), "");
}

TEST(Modes, W1_ADemonstrationKeepsNothing) {
    Settings settings = default_settings();
    settings.demo = true;
    EXPECT_TRUE(check_modes(settings));
    for (std::string Settings::* file :
         {&Settings::state_dir, &Settings::audit_file, &Settings::log_file, &Settings::keys_file}) {
        Settings wrong = settings;
        wrong.*file = "/tmp/x";
        EXPECT_EQ(code_of(check_modes(wrong)), ErrorCode::config_invalid_value);
    }
    settings.users = true;
    EXPECT_EQ(code_of(check_modes(settings)), ErrorCode::config_invalid_value);
    settings.demo = false;
    EXPECT_EQ(code_of(check_modes(settings)), ErrorCode::config_invalid_value);  // no state_dir
    settings.state_dir = "/tmp/x";
    EXPECT_TRUE(check_modes(settings));
}

}  // namespace
}  // namespace limpid::service::identity
