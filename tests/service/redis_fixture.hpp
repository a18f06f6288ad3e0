#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include "native/service/redis/redis_client.hpp"
#include "native/service/redis/redis_rate_store.hpp"
#include "native/service/redis/redis_session_store.hpp"

namespace limpid::service::redis::test {

using std::chrono::milliseconds;

inline constexpr std::string_view kPassword = "Vx4v9Qm2Lr8Zt6Wc1Ny5Hb3Kd7Pf0GsA";
inline constexpr std::chrono::seconds kPatience{60};

/// The script of the store with a clock that the test sets, by its last two arguments. Its keys
/// outlast the test: Redis drops them by its own clock, which on a busy machine runs ahead of the
/// test's.
inline const std::string& script_text_with_clock() {
    static const std::string text = [] {
        std::string script(RedisRateStore::kScript.text);
        const auto replace = [&](std::string_view what, std::string_view by) {
            script.replace(script.find(what), what.size(), by);
        };
        replace("redis.call('TIME')", "{ARGV[#ARGV - 1], ARGV[#ARGV]}");
        replace("math.ceil(debt / 1e6)", "3600000");
        return script;
    }();
    return text;
}

/// A real redis-server at a Unix socket, and a client of it.
class RedisTest : public testing::Test {
protected:
    void SetUp() override {
        std::signal(SIGPIPE, SIG_IGN);
        std::string name = "/tmp/limpid-redis-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        std::ofstream(folder_ / "conf")
            << "port 0\nunixsocket " << socket() << "\nsave \"\"\nrequirepass " << kPassword
            << "\nlogfile " << (folder_ / "log").string() << "\ndir " << name << "\n";
        spawn();
        client_ = connect();
    }

    void TearDown() override {
        client_.reset();
        signal(SIGCONT);
        end();
        std::filesystem::remove_all(folder_);
    }

    [[nodiscard]] std::string socket() const { return (folder_ / "socket").string(); }

    void spawn() {
        const std::string config = (folder_ / "conf").string();
        std::string program = "redis-server";
        std::string argument = config;
        std::array<char*, 3> arguments = {program.data(), argument.data(), nullptr};
        ASSERT_EQ(
            ::posix_spawnp(&process_, "redis-server", nullptr, nullptr, arguments.data(), environ),
            0)
            << "redis-server is not installed";
    }

    void signal(int number) const { ::kill(process_, number); }

    void end() {
        signal(SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }

    [[nodiscard]] RedisOptions options(milliseconds timeout = milliseconds(30'000)) const {
        RedisOptions options;
        options.address.unix_path = socket();
        options.password = *security::Secret::copy_of(security::as_bytes(kPassword));
        options.prefix = "limpid:";
        options.timeout = timeout;
        options.scripts = {&RedisRateStore::kScript, &RedisSessionStore::kPut,
                           &RedisSessionStore::kRemoveUser, &with_clock_};
        return options;
    }

    /// A client whose Redis is there.
    std::unique_ptr<RedisClient> connect(milliseconds timeout = milliseconds(30'000)) {
        auto client =
            RedisClient::open(context_.get_executor(), options(timeout),
                              [this](const auto& trouble) { (trouble ? losses_ : returns_) += 1; });
        EXPECT_TRUE(client) << client.error().message();
        until([&] { return !(*client)->trouble(); });
        return *std::move(client);
    }

    /// Handle what comes until it holds.
    void until(const std::function<bool()>& holds) {
        const auto end = std::chrono::steady_clock::now() + kPatience;
        while (!holds()) {
            ASSERT_LT(std::chrono::steady_clock::now(), end);
            context_.restart();
            context_.run_for(milliseconds(5));
        }
    }

    RedisReply ask(std::vector<std::string> words) {
        std::optional<Result<RedisReply>> answer;
        client_->run({.words = std::move(words)}, [&](auto reply) { answer = std::move(reply); });
        until([&] { return answer.has_value(); });
        EXPECT_TRUE(*answer) << answer->error().message();
        return **answer;
    }

    std::unique_ptr<RedisRateStore> rates(RedisClient& client) {
        return *RedisRateStore::make(client,
                                     *security::Secret::copy_of(security::as_bytes(kPassword)));
    }

    std::filesystem::path folder_;
    ::pid_t process_ = 0;
    const RedisScript with_clock_{script_text_with_clock()};
    boost::asio::io_context context_;
    int losses_ = 0;
    int returns_ = 0;
    std::unique_ptr<RedisClient> client_;
};

}  // namespace limpid::service::redis::test
