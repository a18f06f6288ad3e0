#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/tls_dialer.hpp"
#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "service/redis/redis_address.hpp"

struct redisContext;  // NOLINT(readability-identifier-naming): hiredis names it

namespace limpid::service::redis {

/// What Redis answered to a command that it carried out.
struct RedisReply {
    enum class Type : std::uint8_t { nothing, integer, text, list };
    Type type = Type::nothing;
    std::int64_t integer = 0;
    std::string text;
    std::vector<RedisReply> list;
};

/// A program that Redis runs, undivided, for a command. Its text has static storage duration.
struct RedisScript {
    std::string_view text;
};

/// A command: its name and arguments; or, with a script, the number of its keys, the keys and the
/// arguments.
struct RedisCommand {
    const RedisScript* script = nullptr;
    std::vector<std::string> words;
};

/// How a Redis is reached.
struct RedisOptions {
    RedisAddress address;
    /// Empty: Redis' user `default`.
    std::string user;
    security::Secret password;
    /// Null without TLS.
    std::shared_ptr<const crypto::TlsDialer> tls;
    /// Every key begins with it.
    std::string prefix;
    /// For one command, waiting included.
    std::chrono::milliseconds timeout{250};
    /// What commands will run; loaded when it connects.
    std::vector<const RedisScript*> scripts;
};

/// One connection. Every call waits, until its deadline at most; for one thread.
class RedisConnection {
public:
    using Clock = std::chrono::steady_clock;

    /// Why there is no connection.
    struct Failure {
        Error error;
        /// Trying again will not help: a wrong password, a certificate that is not to be trusted.
        bool lasting = false;
    };

    /// Connect, authenticate, and make sure that it may be written to. Takes two seconds at most,
    /// beside the resolution of the name. `options` must outlive the connection.
    [[nodiscard]] static std::expected<RedisConnection, Failure> open(const RedisOptions& options);

    /// Send the commands together, and wait for what becomes of each. One that Redis refuses for
    /// its own sake ends in an error of its own.
    /// @param replies  gets as many as came, in order.
    /// @return store.unavailable: the connection is of no use any more.
    [[nodiscard]] Status exchange(std::span<const RedisCommand> commands,
                                  Clock::time_point deadline,
                                  std::vector<Result<RedisReply>>& replies);

    /// Can be read when Redis has closed it.
    [[nodiscard]] int descriptor() const noexcept;

private:
    struct Free {
        void operator()(redisContext* context) const noexcept;
    };
    RedisConnection(const RedisOptions& options, redisContext* context)
        : options_(&options), context_(context) {}

    [[nodiscard]] Status encrypt(bool& lasting);
    [[nodiscard]] Status begin(Clock::time_point deadline, bool& lasting);
    [[nodiscard]] Status load_scripts(Clock::time_point deadline, bool& lasting);
    [[nodiscard]] Status ask(std::span<const std::string_view> words, Clock::time_point deadline,
                             RedisReply& reply, bool& lasting);
    [[nodiscard]] Status append(const RedisCommand& command);
    [[nodiscard]] Status append(std::span<const std::string_view> words);
    [[nodiscard]] Status send(Clock::time_point deadline);
    [[nodiscard]] Status receive(Clock::time_point deadline, Result<RedisReply>& reply);
    [[nodiscard]] Status repeat_unknown(std::span<const RedisCommand> commands,
                                        Clock::time_point deadline,
                                        std::vector<Result<RedisReply>>& replies);
    /// Time is left for another wait.
    [[nodiscard]] Status await(Clock::time_point deadline);
    /// What hiredis says is wrong.
    [[nodiscard]] std::unexpected<Error> broken() const;

    const RedisOptions* options_;
    std::unique_ptr<redisContext, Free> context_;
    /// What Redis calls the scripts: their SHA-1.
    std::map<const RedisScript*, std::string> names_;
};

}  // namespace limpid::service::redis
