#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace limpid::service::jobs {

/// How far telling somebody is. The numbers are stored: never change one.
enum class WebhookStatus : std::uint8_t {
    /// The job has not ended.
    waiting = 0,
    /// It is tried until somebody has taken it.
    pending = 1,
    delivered = 2,
    /// Given up.
    dead = 3
};

/// "waiting", "pending", "delivered", "dead".
[[nodiscard]] std::string_view to_string(WebhookStatus status) noexcept;

/// Who is told when a job has ended.
struct JobWebhook {
    std::string url;
    WebhookStatus status = WebhookStatus::waiting;
    /// Deliveries that were tried.
    std::int64_t attempts = 0;
};

/// One delivery: the same message, whatever becomes of its job, until it is delivered or dead.
struct WebhookDelivery {
    std::string job_id;
    std::string url;
    /// What is sent, and signed.
    std::string body;
    std::int64_t attempts = 0;
};

}  // namespace limpid::service::jobs
