#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "limpid/error.hpp"
#include "service/outbound/client.hpp"
#include "service/outbound/host_rules.hpp"

namespace limpid::service::outbound {

/// A client on a thread of its own, over HTTP/1.1 by libcurl. For the thread that runs `home`. The
/// thread begins with the first call that is allowed.
///
/// Follows no redirect, decodes nothing, and knows no proxy, cookie or .netrc. Certificates are
/// verified.
class CurlClient final : public Client {
public:
    /// Calls at a time, and those that may wait; more are refused.
    static constexpr std::size_t kMaxInFlight = 64;
    static constexpr std::size_t kMaxWaiting = 256;
    /// Of the head of an answer.
    static constexpr std::size_t kMaxHeadBytes = std::size_t{32} << 10U;

    struct Counts {
        std::uint64_t answered = 0;
        std::uint64_t failed = 0;
        std::uint64_t refused = 0;
    };

    /// @param home     runs the answers; must outlive this object.
    /// @param ca_file  PEM file of the authorities that are trusted; empty: the system's.
    /// @return io.unreadable for a file that cannot be read.
    [[nodiscard]] static Result<std::unique_ptr<CurlClient>> make(boost::asio::any_io_executor home,
                                                                  HostRules rules,
                                                                  const std::string& ca_file);
    /// Ends every call. Who waits for an answer is not told.
    ~CurlClient() override;
    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;

    void async_send(Request request, Answered answered) override;

    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

private:
    class Engine;
    CurlClient(boost::asio::any_io_executor home, HostRules rules, std::string ca_file);
    [[nodiscard]] bool start_engine();
    void answer(Answered answered, Result<Reply> result);

    boost::asio::any_io_executor home_;
    HostRules rules_;
    std::string ca_file_;
    Counts counts_;
    /// Calls that were given to the engine and are not answered.
    std::size_t open_ = 0;
    /// Answers on their way ask whether this object is still there.
    std::shared_ptr<CurlClient*> self_;
    /// Null until it is needed.
    std::unique_ptr<Engine> engine_;
};

}  // namespace limpid::service::outbound
