#include "service/jobs/webhook_table.hpp"

#include <utility>

namespace limpid::service::jobs {
namespace {

std::int64_t number_of(WebhookStatus status) { return static_cast<std::int64_t>(status); }

}  // namespace

std::string_view to_string(WebhookStatus status) noexcept {
    switch (status) {
        case WebhookStatus::waiting:
            return "waiting";
        case WebhookStatus::pending:
            return "pending";
        case WebhookStatus::delivered:
            return "delivered";
        case WebhookStatus::dead:
            break;
    }
    return "dead";
}

Status WebhookTable::insert(std::string_view job_id, std::string_view url) {
    Statement statement = database_.prepare(
        "INSERT INTO webhook (job_id, url, status, attempts, due_ms, body)"
        " VALUES (?, ?, 0, 0, 0, '')");
    return statement.text(job_id).text(url).run();
}

Result<std::optional<JobWebhook>> WebhookTable::find(std::string_view job_id) {
    Statement statement =
        database_.prepare("SELECT url, status, attempts FROM webhook WHERE job_id = ?");
    statement.text(job_id);
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return JobWebhook{.url = statement.text_at(0),
                      .status = static_cast<WebhookStatus>(statement.integer_at(1)),
                      .attempts = statement.integer_at(2)};
}

Status WebhookTable::arm(std::string_view job_id, std::string_view body, std::int64_t now_ms) {
    Statement statement = database_.prepare(
        "UPDATE webhook SET status = 1, body = ?, due_ms = ? WHERE job_id = ? AND status = 0");
    return statement.text(body).integer(now_ms).text(job_id).run();
}

Result<std::vector<WebhookDelivery>> WebhookTable::due(std::int64_t now_ms, std::size_t limit) {
    Statement statement = database_.prepare(
        "SELECT job_id, url, body, attempts FROM webhook"
        " WHERE status = 1 AND due_ms <= ? ORDER BY due_ms LIMIT ?");
    statement.integer(now_ms).integer(static_cast<std::int64_t>(limit));
    std::vector<WebhookDelivery> deliveries;
    while (true) {
        const auto row = statement.step();
        if (!row) return std::unexpected(row.error());
        if (!*row) return deliveries;
        deliveries.push_back({.job_id = statement.text_at(0),
                              .url = statement.text_at(1),
                              .body = statement.text_at(2),
                              .attempts = statement.integer_at(3)});
    }
}

Result<std::optional<std::int64_t>> WebhookTable::next_due(std::int64_t now_ms) {
    Statement statement = database_.prepare(
        "SELECT due_ms FROM webhook WHERE status = 1 AND due_ms > ? ORDER BY due_ms LIMIT 1");
    statement.integer(now_ms);
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return statement.integer_at(0);
}

Result<std::int64_t> WebhookTable::count_pending() {
    Statement statement = database_.prepare("SELECT count(*) FROM webhook WHERE status = 1");
    const auto row = statement.step();
    if (!row) return std::unexpected(row.error());
    return statement.integer_at(0);
}

Status WebhookTable::settle(std::string_view job_id, WebhookStatus status, std::int64_t due_ms) {
    Statement statement = database_.prepare(
        "UPDATE webhook SET status = ?, due_ms = ?, attempts = attempts + 1"
        " WHERE job_id = ? AND status = 1");
    return statement.integer(number_of(status)).integer(due_ms).text(job_id).run();
}

Status WebhookTable::sweep() {
    return database_.run(
        "DELETE FROM webhook WHERE status <> 1"
        " AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = webhook.job_id)");
}

}  // namespace limpid::service::jobs
