// What limpidd makes of its keeper, also of one that was taken over.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <signal.h>
#include <stdlib.h>

#include "limpid/version.hpp"
#include "native/audit/verifier.hpp"
#include "native/keeper/client.hpp"
#include "native/keeper/variables.hpp"
#include "worker/processes.hpp"

namespace limpid::keeper {
namespace {

using std::chrono::milliseconds;

constexpr security::UnixSeconds kNow{50};

ClientOptions options_of(const char* program, std::string wish = "") {
    ClientOptions options;
    options.program = program;
    options.setup.version = LIMPID_VERSION_STRING;
    options.setup.jwt_issuer = std::move(wish);
    options.variables = *take_variables(options.setup);
    return options;
}

std::string outcome(const auto& result) {
    return result ? "ok" : std::string(result.error().code());
}

/// One that ends sooner counts as one that failed as it started, and the next one waits.
void live_long() { std::this_thread::sleep_for(milliseconds(320)); }

/// Asks until there is a keeper.
Result<TokenFacts> ask(Client& client, std::string_view token) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
        auto facts = client.verify_token(token, kNow);
        const bool is_over = std::chrono::steady_clock::now() > until;
        if (facts || facts.error().id() != ErrorCode::keeper_unavailable || is_over) return facts;
        std::this_thread::sleep_for(milliseconds(10));
    }
}

TEST(Client, ALyingKeeperCostsItsAnswerAlone) {
    auto options = options_of(LIMPID_LYING_KEEPER);
    options.call_timeout = milliseconds(5'000);
    const auto client = Client::start(std::move(options));
    ASSERT_EQ(outcome(client), "ok");
    std::uint64_t deaths = 0;
    constexpr std::array<std::string_view, 14> kLies = {"leave",
                                                        "garbage",
                                                        "nothing",
                                                        "not JSON",
                                                        "no members",
                                                        "hello again",
                                                        "question",
                                                        "long",
                                                        "number before",
                                                        "number to come",
                                                        "of a licence",
                                                        "unknown error",
                                                        "of the audit log",
                                                        "twice"};
    for (const std::string_view lie : kLies) {
        live_long();
        const auto lied = (*client)->verify_token(lie, kNow);
        // The first of two answers is one.
        EXPECT_EQ(outcome(lied), lie == "twice" ? "ok" : "keeper.unavailable") << lie;
        const auto facts = ask(**client, "honest");
        ASSERT_EQ(outcome(facts), "ok") << "after " << lie;
        EXPECT_EQ(facts->subject, "somebody");
        EXPECT_EQ((*client)->deaths(), ++deaths) << lie;
    }
    EXPECT_TRUE((*client)->take_error());
    EXPECT_FALSE((*client)->take_error());
}

TEST(Client, ALateAnswerIsNotTakenForAnother) {
    auto options = options_of(LIMPID_LYING_KEEPER);
    options.call_timeout = milliseconds(200);
    const auto client = Client::start(std::move(options));
    ASSERT_EQ(outcome(client), "ok");
    ASSERT_EQ(outcome((*client)->verify_token("late", kNow)), "keeper.unavailable");
    EXPECT_FALSE((*client)->available());
    EXPECT_EQ(outcome(ask(**client, "honest")), "ok");
    EXPECT_EQ((*client)->deaths(), 0U);
}

TEST(Client, AKeeperThatNeverAnswersIsReplaced) {
    auto options = options_of(LIMPID_LYING_KEEPER);
    options.call_timeout = milliseconds(100);
    options.patience = milliseconds(300);
    const auto client = Client::start(std::move(options));
    ASSERT_EQ(outcome(client), "ok");
    ASSERT_EQ(outcome((*client)->verify_token("never", kNow)), "keeper.unavailable");
    EXPECT_EQ(outcome(ask(**client, "honest")), "ok");
    EXPECT_EQ((*client)->deaths(), 1U);
}

TEST(Client, QuestionsThatAreTooLongCostNoKeeper) {
    const auto client = Client::start(options_of(LIMPID_LYING_KEEPER));
    ASSERT_EQ(outcome(client), "ok");
    const std::string token(kMaxMessageBytes, 'x');
    EXPECT_EQ(outcome((*client)->verify_token(token, kNow)), "internal.failure");
    EXPECT_EQ(outcome((*client)->sign_manifest(token)), "internal.failure");
    EXPECT_EQ(outcome((*client)->verify_token("honest", kNow)), "ok");
    EXPECT_EQ((*client)->deaths(), 0U);
}

TEST(Client, WhatIsNoKeeperIsNotStarted) {
    for (const auto& [wish, code] :
         {std::pair("leave", "keeper.unavailable"), std::pair("silent", "keeper.unavailable"),
          std::pair("garbage", "keeper.unavailable"), std::pair("empty", "keeper.unavailable"),
          std::pair("answer", "keeper.unavailable"), std::pair("old", "keeper.unavailable"),
#ifndef LIMPID_KEEPER_SANITIZED
          std::pair("open", "keeper.unavailable"),
#endif
          std::pair("error", "secret.exposed")}) {
        auto options = options_of(LIMPID_LYING_KEEPER, wish);
        options.start_timeout = milliseconds(1'000);
        EXPECT_EQ(outcome(Client::start(std::move(options))), code) << wish;
    }
    EXPECT_EQ(outcome(Client::start(options_of("/nowhere"))), "keeper.unavailable");
    EXPECT_EQ(outcome(Client::start(options_of("/bin/true"))), "keeper.unavailable");
}

TEST(Client, EventsAreOnRecordOnceWhateverEndsTheKeeper) {
    std::string folder = std::filesystem::temp_directory_path() / "limpid-keeper-XXXXXX";
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    const std::string file = folder + "/audit";
    auto options = options_of(LIMPID_KEEPER);
    options.setup.audit_file = file;
    // A part ends after some ten records.
    options.setup.audit_max_bytes = 4096;
    options.setup.audit_retention_days = 1;
    auto client = Client::start(std::move(options));
    ASSERT_EQ(outcome(client), "ok");
    ASSERT_EQ(outcome((*client)->open_audit()), "ok");
    std::map<std::string, int> expected;
    // That a keeper was ended shows a little later.
    const auto settled = [&](int killed) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while ((*client)->owed() != 0 || !(*client)->available() ||
               (*client)->deaths() < static_cast<std::uint64_t>(killed)) {
            if (std::chrono::steady_clock::now() > until) return false;
            (*client)->tick();
            // As a service does at any time, also while the log is being opened.
            static_cast<void>((*client)->maintain());
            std::this_thread::sleep_for(milliseconds(1));
        }
        return true;
    };
    for (int round = 0; round < 10; ++round) {
        ASSERT_TRUE(settled(round)) << round;
        live_long();
        const auto keepers = worker::test::children();
        ASSERT_EQ(keepers.size(), 1U);
        std::thread killer([&] {
            std::this_thread::sleep_for(std::chrono::microseconds(200 * round));
            ::kill(keepers.front(), SIGKILL);
        });
        for (int i = 0; i < 9; ++i) {
            const std::string number = std::to_string(round * 9 + i);
            ++expected[number];
            const audit::Event event{.name = "test.event", .details = {{"number", number}}};
            EXPECT_EQ(outcome((*client)->append(event)), "ok");
        }
        killer.join();
    }
    ASSERT_TRUE(settled(10));
    EXPECT_EQ((*client)->deaths(), 10U);
    client->reset();

    std::map<std::string, int> found;
    const auto chain = audit::Chain::make(nullptr);
    const auto verified = audit::verify_log(
        file, *chain, [&](const audit::Record& record, std::string_view) -> Status {
            const auto number = record.event.details.find("number");
            if (number != record.event.details.end()) ++found[number->second];
            return {};
        });
    EXPECT_EQ(outcome(verified), "ok");
    EXPECT_EQ(found, expected);
    std::filesystem::remove_all(folder);
}

TEST(Client, HoldsNothingAndIsLetGo) {
    const auto client = Client::start(options_of(LIMPID_KEEPER));
    ASSERT_EQ(outcome(client), "ok");
    EXPECT_TRUE((*client)->available());
    EXPECT_EQ(outcome((*client)->verify_token("a.b.c", kNow)), "keeper.unavailable");
    EXPECT_TRUE((*client)->available());
}

}  // namespace
}  // namespace limpid::keeper
