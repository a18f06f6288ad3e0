#include "service/redis/redis_client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <new>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "platform/printable.hpp"
#include "platform/random_source.hpp"

namespace limpid::service::redis {
namespace {

namespace asio = boost::asio;
using Milliseconds = std::chrono::milliseconds;

constexpr std::size_t kMaxBatch = 256;
constexpr Milliseconds kAskAfter{1'000};
constexpr Milliseconds kFirstPause{50};
constexpr Milliseconds kLongestPause{2'000};

/// Half to all of it, so that those that lost one Redis together do not come back together.
Milliseconds spread(Milliseconds pause) {
    std::array<std::byte, 1> chance{};
    platform::SystemRandom().fill(chance);
    return pause / 2 + pause * std::to_integer<int>(chance.front()) / 512;
}

std::unexpected<Error> unavailable() { return fail(ErrorCode::store_unavailable); }

}  // namespace

Result<std::unique_ptr<RedisClient>> RedisClient::open(asio::any_io_executor home,
                                                       RedisOptions options, Changed changed) {
    std::unique_ptr<RedisClient> client(
        new RedisClient(std::move(home), std::move(options), std::move(changed)));
    client->wake_ = platform::FileDescriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!client->wake_.valid()) {
        return fail(ErrorCode::internal_failure, platform::describe_errno("eventfd", errno));
    }
    auto connection = RedisConnection::open(client->options_);
    if (connection) {
        client->connection_.emplace(*std::move(connection));
        client->accepting_ = true;
    } else if (connection.error().lasting) {
        return fail(ErrorCode::config_invalid_value,
                    "redis_url: " + std::string(connection.error().error.found()));
    } else {
        client->trouble_ = std::move(connection).error().error;
    }
    client->thread_ = std::thread([self = client.get()] { self->serve(); });
    return client;
}

RedisClient::~RedisClient() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake();
    if (thread_.joinable()) thread_.join();
}

void RedisClient::run(RedisCommand command, Answered answered) {
    ++moment_.commands;
    Pending one{std::move(command), std::move(answered), Clock::now()};
    if (!enqueue(one)) {
        ++moment_.errors;
        return one.answered(unavailable());
    }
    wake();
}

bool RedisClient::enqueue(Pending& one) {
    const std::lock_guard lock(mutex_);
    if (!accepting_ || waiting_.size() >= kMaxWaiting) return false;
    waiting_.push_back(std::move(one));
    return true;
}

void RedisClient::wake() const {
    const std::uint64_t count = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &count, sizeof count);
}

void RedisClient::serve() {
    while (!stopping()) {
        if (connection_) {
            work();
        } else {
            // Also after an error that lasts: an operator may mend it.
            static_cast<void>(wait(-1, spread(pause_)));
            if (!stopping()) connect();
        }
    }
}

bool RedisClient::stopping() {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

bool RedisClient::wait(int descriptor, Milliseconds time) {
    std::array<pollfd, 2> watched = {pollfd{wake_.get(), POLLIN, 0}, {descriptor, POLLIN, 0}};
    // poll() ignores a descriptor below zero.
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(time.count()));
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t got = ::read(wake_.get(), &count, sizeof count);
    return ready == 0 || watched[1].revents != 0;
}

void RedisClient::connect() {
    auto made = RedisConnection::open(options_);
    if (!made) {
        pause_ = std::clamp(pause_ * 2, kFirstPause, kLongestPause);
        asio::post(home_, [this, error = std::move(made).error().error] { trouble_ = error; });
        return;
    }
    connection_.emplace(*std::move(made));
    pause_ = Milliseconds(0);
    {
        const std::lock_guard lock(mutex_);
        accepting_ = true;
    }
    asio::post(home_, [this] {
        trouble_.reset();
        changed_(trouble_);
    });
}

RedisClient::Batch RedisClient::take(std::size_t most) {
    const std::lock_guard lock(mutex_);
    const auto end =
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()));
    Batch batch(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return batch;
}

void RedisClient::work() {
    Batch batch = take(kMaxBatch);
    if (batch.empty()) {
        const bool asks = wait(connection_->descriptor(), kAskAfter);
        batch = take(kMaxBatch);
        // Woken for what has been done already.
        if (batch.empty() && !asks) return;
    }
    if (stopping()) return tell(std::move(batch), {});
    const auto now = Clock::now();
    // Those that were late already say nothing about Redis.
    const auto late = std::ranges::find_if(
        batch, [&](const Pending& one) { return now < one.since + options_.timeout; });
    Batch rest(std::make_move_iterator(late), std::make_move_iterator(batch.end()));
    batch.erase(late, batch.end());
    if (!batch.empty()) tell(std::move(batch), {});

    std::vector<RedisCommand> commands;
    for (Pending& one : rest) commands.push_back(std::move(one.command));
    const bool asks = commands.empty();
    if (asks) commands.push_back({.words = {"PING"}});
    const auto since = asks ? now : rest.front().since;
    Replies replies;
    Status status;
    try {
        status = connection_->exchange(commands, since + options_.timeout, replies);
    } catch (const std::bad_alloc&) {
        status = fail(ErrorCode::memory_exhausted);
    }
    if (asks && status && replies.front().value_or(RedisReply()).text != "PONG") {
        status = fail(ErrorCode::store_unavailable, "no answer to PING");
    }
    if (asks) replies.clear();  // nobody's
    if (!status) return lose(std::move(status).error(), std::move(rest), std::move(replies));
    if (!asks) tell(std::move(rest), std::move(replies));
}

void RedisClient::lose(Error error, Batch batch, Replies replies) {
    connection_.reset();
    {
        const std::lock_guard lock(mutex_);
        accepting_ = false;
    }
    Batch others = take(kMaxWaiting);
    batch.insert(batch.end(), std::make_move_iterator(others.begin()),
                 std::make_move_iterator(others.end()));
    // Told first, so that whoever is answered knows already.
    asio::post(home_, [this, error = std::move(error)] {
        ++moment_.losses;
        trouble_ = error;
        changed_(trouble_);
    });
    tell(std::move(batch), std::move(replies));
}

void RedisClient::tell(Batch batch, Replies replies) {
    // Moved whole, so that what handlers own ends on the thread that made it.
    asio::post(home_, [this, batch = std::move(batch), replies = std::move(replies)]() mutable {
        answer(batch, replies);
    });
}

void RedisClient::answer(Batch& batch, Replies& replies) {
    const auto now = Clock::now();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const bool came = i < replies.size() && replies[i].has_value();
        ++moment_.answered;
        moment_.seconds += std::chrono::duration<double>(now - batch[i].since).count();
        if (!came) ++moment_.errors;
        // What Redis said is for the operator, and callers pass errors on to clients.
        batch[i].answered(came ? std::move(replies[i]) : unavailable());
    }
}

}  // namespace limpid::service::redis
