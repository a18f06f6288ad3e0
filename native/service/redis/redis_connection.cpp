#include "service/redis/redis_connection.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <hiredis/hiredis.h>
#include <hiredis/hiredis_ssl.h>
#include <sys/time.h>

#include "platform/printable.hpp"

namespace limpid::service::redis {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Words = std::vector<std::string_view>;

// Nobody waits for a connection, so this may be longer than the timeout of a command.
constexpr Milliseconds kConnectTime{2'000};
// Everything that is kept here is far smaller; Redis itself would send half a gigabyte.
constexpr std::size_t kMaxReplyBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxElements = 1'024;
constexpr int kMaxNesting = 4;

struct FreeReply {
    void operator()(redisReply* reply) const noexcept { freeReplyObject(reply); }
};

timeval timeval_of(Milliseconds time) {
    timeval out{};
    out.tv_sec = static_cast<time_t>(time.count() / 1'000);
    out.tv_usec = static_cast<suseconds_t>(time.count() % 1'000 * 1'000);
    return out;
}

/// Errors that concern every command: it starts, is only a copy, has no memory, or wants no more of
/// us.
bool concerns_all(std::string_view error) {
    constexpr std::array<std::string_view, 10> kWords = {
        "LOADING", "READONLY", "MASTERDOWN", "BUSY",        "OOM",
        "MISCONF", "NOAUTH",   "NOPERM",     "CLUSTERDOWN", "NOREPLICAS"};
    return std::ranges::any_of(kWords, [&](std::string_view word) {
        return error.starts_with(word) || error.contains("-" + std::string(word));
    });
}

/// Those that pass by themselves; the others are somebody's mistake.
bool is_passing(std::string_view error) {
    return !error.starts_with("NOAUTH") && !error.starts_with("NOPERM") &&
           (concerns_all(error) || error.contains("max number of clients"));
}

RedisReply take(const redisReply& from, int nesting = 0) {
    RedisReply out;
    switch (from.type) {
        case REDIS_REPLY_INTEGER:
            out.type = RedisReply::Type::integer;
            out.integer = from.integer;
            break;
        case REDIS_REPLY_STRING:
        case REDIS_REPLY_STATUS:
            out.type = RedisReply::Type::text;
            out.text.assign(from.str, from.len);
            break;
        case REDIS_REPLY_ARRAY:
            out.type = RedisReply::Type::list;
            for (std::size_t i = 0; i < from.elements && nesting < kMaxNesting; ++i) {
                out.list.push_back(take(*from.element[i], nesting + 1));
            }
            break;
        default:
            break;
    }
    return out;
}

std::unexpected<Error> unavailable(std::string why) {
    return fail(ErrorCode::store_unavailable, std::move(why));
}

}  // namespace

void RedisConnection::Free::operator()(redisContext* context) const noexcept { redisFree(context); }

int RedisConnection::descriptor() const noexcept { return context_->fd; }

std::expected<RedisConnection, RedisConnection::Failure> RedisConnection::open(
    const RedisOptions& options) {
    const RedisAddress& address = options.address;
    const Clock::time_point deadline = Clock::now() + kConnectTime;
    const timeval time = timeval_of(kConnectTime);
    redisOptions how{};
    how.connect_timeout = &time;
    how.command_timeout = &time;
    if (address.unix_path.empty()) {
        REDIS_OPTIONS_SET_TCP(&how, address.host.c_str(), address.port);
    } else {
        REDIS_OPTIONS_SET_UNIX(&how, address.unix_path.c_str());
    }
    RedisConnection connection(options, redisConnectWithOptions(&how));
    if (!connection.context_) {
        return std::unexpected(Failure{.error = Error(ErrorCode::memory_exhausted)});
    }
    if (connection.context_->err != 0) {
        return std::unexpected(Failure{.error = connection.broken().error()});
    }
    connection.context_->reader->maxelements = kMaxElements;
    bool lasting = false;
    Status status = options.tls ? connection.encrypt(lasting) : Status();
    if (status) status = connection.begin(deadline, lasting);
    if (!status) return std::unexpected(Failure{std::move(status).error(), lasting});
    return connection;
}

Status RedisConnection::encrypt(bool& lasting) {
    crypto::TlsConnection tls = options_->tls->new_connection();
    if (!tls) return fail(ErrorCode::memory_exhausted);
    if (redisInitiateSSL(context_.get(), tls.get()) == REDIS_OK) {
        static_cast<void>(tls.release());  // the context frees it
        return {};
    }
    const std::string distrust = crypto::why_not_trusted(tls.get());
    lasting = !distrust.empty();
    if (!lasting) return broken();
    return unavailable(options_->address.text() + ": its certificate: " + distrust);
}

Status RedisConnection::begin(Clock::time_point deadline, bool& lasting) {
    RedisReply reply;
    Words words = {"AUTH"};
    if (!options_->user.empty()) words.push_back(options_->user);
    // hiredis has a copy of it for a moment, in memory that is not wiped.
    words.push_back(options_->password.expose_text());
    if (Status status = ask(words, deadline, reply, lasting); !status) return status;
    if (options_->address.database != 0) {
        const std::string database = std::to_string(options_->address.database);
        words = {"SELECT", database};
        if (Status status = ask(words, deadline, reply, lasting); !status) return status;
    }
    // A copy that cannot be written to, or one that is full, would refuse everything later.
    const std::string probe = options_->prefix + "probe";
    words = {"SET", probe, "1", "PX", "1000"};
    if (Status status = ask(words, deadline, reply, lasting); !status) return status;
    return load_scripts(deadline, lasting);
}

Status RedisConnection::load_scripts(Clock::time_point deadline, bool& lasting) {
    for (const RedisScript* script : options_->scripts) {
        const std::array<std::string_view, 3> words = {"SCRIPT", "LOAD", script->text};
        RedisReply reply;
        if (Status status = ask(words, deadline, reply, lasting); !status) return status;
        names_[script] = std::move(reply.text);
    }
    return {};
}

Status RedisConnection::ask(std::span<const std::string_view> words, Clock::time_point deadline,
                            RedisReply& reply, bool& lasting) {
    Result<RedisReply> answer;
    Status status = append(words);
    if (status) status = send(deadline);
    if (status) status = receive(deadline, answer);
    if (!status) return status;
    if (answer) {
        reply = *std::move(answer);
        return {};
    }
    lasting = !is_passing(answer.error().found());
    return unavailable(options_->address.text() + ": " + std::string(words.front()) + ": " +
                       platform::printable(answer.error().found()));
}

Status RedisConnection::exchange(std::span<const RedisCommand> commands, Clock::time_point deadline,
                                 std::vector<Result<RedisReply>>& replies) {
    for (const RedisCommand& command : commands) {
        if (Status status = append(command); !status) return status;
    }
    if (Status status = send(deadline); !status) return status;
    for (std::size_t i = 0; i < commands.size(); ++i) {
        Result<RedisReply> reply;
        if (Status status = receive(deadline, reply); !status) return status;
        replies.push_back(std::move(reply));
    }
    if (Status status = repeat_unknown(commands, deadline, replies); !status) return status;
    // What answers nothing now would be taken for the answer to the next command.
    if (context_->reader->pos != context_->reader->len) {
        return unavailable(options_->address.text() + ": an answer that nobody asked for");
    }
    for (const auto& reply : replies) {
        if (!reply && concerns_all(reply.error().found())) {
            return unavailable(options_->address.text() + ": " +
                               platform::printable(reply.error().found()));
        }
    }
    return {};
}

/// Redis forgets scripts when it restarts and at SCRIPT FLUSH.
Status RedisConnection::repeat_unknown(std::span<const RedisCommand> commands,
                                       Clock::time_point deadline,
                                       std::vector<Result<RedisReply>>& replies) {
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (!replies[i] && replies[i].error().found().starts_with("NOSCRIPT")) unknown.push_back(i);
    }
    if (unknown.empty()) return {};
    bool lasting = false;
    if (Status status = load_scripts(deadline, lasting); !status) return status;
    for (const std::size_t i : unknown) {
        if (Status status = append(commands[i]); !status) return status;
    }
    if (Status status = send(deadline); !status) return status;
    for (const std::size_t i : unknown) {
        if (Status status = receive(deadline, replies[i]); !status) return status;
    }
    return {};
}

Status RedisConnection::append(const RedisCommand& command) {
    Words words;
    if (command.script != nullptr) words = {"EVALSHA", names_[command.script]};
    words.insert(words.end(), command.words.begin(), command.words.end());
    return append(words);
}

Status RedisConnection::append(std::span<const std::string_view> words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string_view word : words) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
    const int appended = redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()),
                                                texts.data(), sizes.data());
    return appended == REDIS_OK ? Status() : broken();
}

Status RedisConnection::send(Clock::time_point deadline) {
    int done = 0;
    while (done == 0) {
        if (Status status = await(deadline); !status) return status;
        if (redisBufferWrite(context_.get(), &done) != REDIS_OK) return broken();
    }
    return {};
}

Status RedisConnection::receive(Clock::time_point deadline, Result<RedisReply>& reply) {
    for (;;) {
        void* found = nullptr;
        if (redisGetReplyFromReader(context_.get(), &found) != REDIS_OK) return broken();
        if (found != nullptr) {
            const std::unique_ptr<redisReply, FreeReply> owner(static_cast<redisReply*>(found));
            if (owner->type == REDIS_REPLY_ERROR) {
                reply = unavailable(std::string(owner->str, owner->len));
            } else {
                reply = take(*owner);
            }
            return {};
        }
        if (context_->reader->len > kMaxReplyBytes) {
            return unavailable(options_->address.text() + ": an answer is too long");
        }
        if (Status status = await(deadline); !status) return status;
        if (redisBufferRead(context_.get()) != REDIS_OK) {
            // hiredis says "Resource temporarily unavailable".
            return Clock::now() < deadline ? broken() : await(deadline);
        }
    }
}

Status RedisConnection::await(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
        return unavailable(options_->address.text() + ": no answer in time");
    }
    // Zero would be forever.
    if (redisSetTimeout(context_.get(), timeval_of(left)) != REDIS_OK) return broken();
    return {};
}

std::unexpected<Error> RedisConnection::broken() const {
    return unavailable(options_->address.text() + ": " + platform::printable(context_->errstr));
}

}  // namespace limpid::service::redis
