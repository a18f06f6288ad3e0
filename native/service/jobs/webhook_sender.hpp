#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "limpid/error.hpp"
#include "limpid/security/types.hpp"
#include "limpid/security/webhook.hpp"
#include "service/jobs/job_webhook.hpp"
#include "service/jobs/store_thread.hpp"
#include "service/outbound/client.hpp"

namespace limpid::service::jobs {

/// Tells those who want to know that a job has ended: Standard Webhooks 1.0, with the job's id as
/// webhook-id. A delivery is on the disk until it has succeeded, so it may come twice and never
/// gets lost. Not thread-safe.
class WebhookSender {
public:
    /// Pauses in seconds: before the first try, and after each that failed. After the last there
    /// is no further one. Not empty.
    using Schedule = std::vector<std::uint32_t>;

    /// What it works with; borrowed, but for the signer.
    struct World {
        outbound::Client& client;
        security::WebhookSigner signer;
        Schedule schedule;
        security::RandomSource& random;
    };
    struct Counts {
        std::uint64_t delivered = 0;
        /// Tries that failed, and deliveries that were given up.
        std::uint64_t failed = 0;
        std::uint64_t dead = 0;
        /// Of the last look at the table.
        std::int64_t pending = 0;
    };

    /// @param store   borrowed.
    /// @param failed  is told of what could not be read or stored; it is tried again.
    WebhookSender(const boost::asio::any_io_executor& executor, StoreThread& store, World world,
                  std::function<void(const Error&)> failed);

    /// Sign by another secret from now on, what is tried again included.
    void sign_by(security::WebhookSigner signer) { world_.signer = std::move(signer); }
    /// Something may be due.
    void nudge();
    /// Begin nothing more.
    void stop();
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

private:
    /// What the table says is to be done.
    struct Agenda {
        std::vector<WebhookDelivery> due;
        /// When more will be: milliseconds since 1970; 0: never.
        std::int64_t next_ms = 0;
        std::int64_t pending = 0;
    };
    void take(const Agenda& agenda);
    void look_at(std::int64_t due_ms);
    void send(const WebhookDelivery& delivery);
    void answered(const std::string& job_id, std::int64_t attempts,
                  const Result<outbound::Reply>& reply);
    void settle(const std::string& job_id, WebhookStatus status, std::int64_t due_ms);
    [[nodiscard]] std::int64_t next_try_ms(std::size_t attempts);

    boost::asio::steady_timer timer_;
    StoreThread& store_;
    World world_;
    std::function<void(const Error&)> failed_;
    Counts counts_;
    /// Jobs whose delivery is being tried or settled.
    std::set<std::string> active_;
    bool is_looking_ = false;
    /// Something came while it looked.
    bool look_again_ = false;
    bool is_stopped_ = false;
};

/// Read "0,5,300". @return config.invalid_value for anything but 1 to 32 numbers up to a million.
[[nodiscard]] Result<WebhookSender::Schedule> parse_webhook_schedule(const std::string& text);

}  // namespace limpid::service::jobs
