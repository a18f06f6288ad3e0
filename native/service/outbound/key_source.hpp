#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "limpid/error.hpp"
#include "limpid/security/jwk.hpp"
#include "service/outbound/client.hpp"

namespace limpid::service::outbound {

/// The public keys of tokens, fetched from the server that issues them (RFC 7517), and kept until
/// that one has others. Not thread-safe.
class KeySource {
public:
    using Clock = std::chrono::steady_clock;
    using Now = std::function<Clock::time_point()>;

    static constexpr std::chrono::minutes kInterval{10};
    /// Whatever tokens come, it is asked no more often than this.
    static constexpr std::chrono::seconds kLeastPause{30};

    struct Counts {
        std::uint64_t fetched = 0;
        std::uint64_t failed = 0;
    };

    /// @param client  borrowed.
    /// @param failed  is told why the keys could not be had.
    KeySource(const boost::asio::any_io_executor& executor, Client& client, std::string url,
              std::function<void(const Error&)> failed, Now now = &Clock::now);

    /// Fetch them now and from time to time.
    void start() { fetch(); }
    /// The last good set; empty until there is one.
    [[nodiscard]] const std::vector<security::JwsKey>& keys() const noexcept { return keys_; }
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

    /// A token names a key that is not known: look whether there are new ones.
    /// @param done  called when that is known; from within the call, when it was asked lately.
    void async_refresh(std::move_only_function<void()> done);

private:
    void fetch();
    void fetch_later(std::chrono::seconds pause);
    [[nodiscard]] static Result<std::vector<security::JwsKey>> read(const Result<Reply>& reply);
    void answered(const Result<Reply>& reply);

    boost::asio::steady_timer timer_;
    Client& client_;
    std::string url_;
    std::function<void(const Error&)> failed_;
    Now now_;
    std::vector<security::JwsKey> keys_;
    Counts counts_;
    bool is_fetching_ = false;
    Clock::time_point asked_{};
    std::vector<std::move_only_function<void()>> waiting_;
};

}  // namespace limpid::service::outbound
