#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "service/jobs/database.hpp"
#include "service/jobs/job_webhook.hpp"

namespace limpid::service::jobs {

/// The table of webhooks: a row for each job that has one, and longer than the job when a delivery
/// takes longer. Every method may return the errors of Database::open(). Not thread-safe.
class WebhookTable {
public:
    explicit WebhookTable(Database& database) noexcept : database_(database) {}

    [[nodiscard]] Status insert(std::string_view job_id, std::string_view url);
    /// Of a job; nothing: it has none.
    [[nodiscard]] Result<std::optional<JobWebhook>> find(std::string_view job_id);
    /// The job has ended: from now on `body` is to be delivered. Nothing for jobs without.
    [[nodiscard]] Status arm(std::string_view job_id, std::string_view body, std::int64_t now_ms);

    /// Up to `limit` deliveries that are due, those first that have been due longest.
    [[nodiscard]] Result<std::vector<WebhookDelivery>> due(std::int64_t now_ms, std::size_t limit);
    /// When the next delivery is due that is not yet; nothing: none waits.
    [[nodiscard]] Result<std::optional<std::int64_t>> next_due(std::int64_t now_ms);
    /// Deliveries that wait.
    [[nodiscard]] Result<std::int64_t> count_pending();

    /// One more delivery was tried. @param due_ms  of the next, when `status` is pending.
    [[nodiscard]] Status settle(std::string_view job_id, WebhookStatus status, std::int64_t due_ms);
    /// Forget those that are delivered or dead and whose job is forgotten.
    [[nodiscard]] Status sweep();

private:
    Database& database_;
};

}  // namespace limpid::service::jobs
