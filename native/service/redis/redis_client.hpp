#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "limpid/error.hpp"
#include "platform/file_descriptor.hpp"
#include "service/redis/redis_connection.hpp"

namespace limpid::service::redis {

/// A Redis that nobody waits for: one thread has the connection, sends what has gathered while it
/// waited for the answers before, and the answers come back as messages.
///
/// hiredis' blocking interface on a thread, and not its other one on the thread of the service,
/// because resolving a name and a TLS handshake block in both.
///
/// While Redis is away, which one error or one answer that is late makes it, every command fails at
/// once: only those that are under way when it goes wait for their timeout. The thread tries to
/// connect again, in intervals that grow to two seconds, and asks an idle Redis once a second
/// whether it is there. For one thread, which runs `home`.
class RedisClient {
public:
    /// Called once, from within the call or on `home`. @return store.unavailable.
    using Answered = std::move_only_function<void(Result<RedisReply>)>;
    /// Redis went, and why; nothing: it is back.
    using Changed = std::move_only_function<void(const std::optional<Error>&)>;

    /// What metrics are told.
    struct Moment {
        std::uint64_t commands = 0;
        /// Of these, those that failed.
        std::uint64_t errors = 0;
        /// From the call to the answer, of those that were sent.
        std::uint64_t answered = 0;
        double seconds = 0;
        /// Times that Redis went.
        std::uint64_t losses = 0;
    };

    /// Connect once, waiting for it, and start the thread. A Redis that is not there yet may come
    /// later.
    /// @param home     calls handlers; must outlive this object.
    /// @param changed  is told on `home`, and not of how it begins: trouble() says that.
    /// @return config.invalid_value when trying again would not help: a wrong password or
    ///         database, a certificate that is not to be trusted, a right that is missing.
    [[nodiscard]] static Result<std::unique_ptr<RedisClient>> open(
        boost::asio::any_io_executor home, RedisOptions options, Changed changed);
    /// Waits for what is under way, two seconds at most. Handlers that have not been called never
    /// are.
    ~RedisClient();
    RedisClient(const RedisClient&) = delete;
    RedisClient& operator=(const RedisClient&) = delete;

    /// Have Redis do something.
    void run(RedisCommand command, Answered answered);

    /// Why Redis is away; nothing while it is there.
    [[nodiscard]] const std::optional<Error>& trouble() const noexcept { return trouble_; }
    [[nodiscard]] const Moment& moment() const noexcept { return moment_; }
    /// What every key begins with.
    [[nodiscard]] const std::string& prefix() const noexcept { return options_.prefix; }

    /// Commands that may wait.
    static constexpr std::size_t kMaxWaiting = 4'096;

private:
    using Clock = RedisConnection::Clock;
    struct Pending {
        RedisCommand command;
        Answered answered;
        Clock::time_point since;
    };
    using Batch = std::vector<Pending>;
    using Replies = std::vector<Result<RedisReply>>;

    RedisClient(boost::asio::any_io_executor home, RedisOptions options, Changed changed)
        : home_(std::move(home)), options_(std::move(options)), changed_(std::move(changed)) {}

    // On the thread.
    void serve();
    /// Until there is work, the connection can be read, or the time is over; true for the latter.
    [[nodiscard]] bool wait(int descriptor, std::chrono::milliseconds time);
    void connect();
    /// Send what waits, or, when nothing does, ask whether Redis is there.
    void work();
    void lose(Error error, Batch batch, Replies replies);
    void tell(Batch batch, Replies replies);
    [[nodiscard]] Batch take(std::size_t most);
    [[nodiscard]] bool stopping();

    // On home.
    /// Takes it, or leaves it as it is.
    [[nodiscard]] bool enqueue(Pending& one);
    void wake() const;
    void answer(Batch& batch, Replies& replies);

    boost::asio::any_io_executor home_;
    const RedisOptions options_;
    Changed changed_;
    std::optional<Error> trouble_;
    Moment moment_;
    /// An eventfd: what wakes the thread.
    platform::FileDescriptor wake_;

    std::mutex mutex_;
    // Guarded by it.
    std::deque<Pending> waiting_;
    bool accepting_ = false;
    bool stopping_ = false;

    // Of the thread.
    std::optional<RedisConnection> connection_;
    std::chrono::milliseconds pause_{0};

    std::thread thread_;
};

}  // namespace limpid::service::redis
