#include "service/jobs/webhook_sender.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

#include "platform/clock.hpp"
#include "platform/printable.hpp"
#include "service/jobs/wall_time.hpp"
#include "service/jobs/webhook_table.hpp"
#include "service/text.hpp"

namespace limpid::service::jobs {
namespace {

constexpr std::size_t kMaxActive = 16;
// What Standard Webhooks recommends.
constexpr std::chrono::seconds kDeliveryTimeout{15};
// Nobody reads what a receiver says.
constexpr std::size_t kReceiptBytes = std::size_t{64} << 10U;
// The system's clock may be set: the table is looked at now and then whatever it says.
constexpr std::chrono::milliseconds kLongestPause{60'000};
constexpr std::chrono::milliseconds kStorePause{2'000};
constexpr std::size_t kMaxTries = 32;
constexpr std::uint32_t kMaxPauseS = 1'000'000;
constexpr int kGone = 410;

}  // namespace

Result<WebhookSender::Schedule> parse_webhook_schedule(const std::string& text) {
    WebhookSender::Schedule schedule;
    for (const std::string& part : split(text, ',')) {
        std::uint32_t seconds = 0;
        const auto [stopped, error] =
            std::from_chars(part.data(), part.data() + part.size(), seconds);
        if (error != std::errc() || stopped != part.data() + part.size() || seconds > kMaxPauseS) {
            schedule.clear();
            break;
        }
        schedule.push_back(seconds);
    }
    if (!schedule.empty() && schedule.size() <= kMaxTries) return schedule;
    return fail(ErrorCode::config_invalid_value,
                "webhook_schedule: `" + platform::printable(text) +
                    "`; expected 1 to 32 numbers of seconds, separated by commas");
}

WebhookSender::WebhookSender(const boost::asio::any_io_executor& executor, StoreThread& store,
                             World world, std::function<void(const Error&)> failed)
    : timer_(executor), store_(store), world_(std::move(world)), failed_(std::move(failed)) {}

void WebhookSender::stop() {
    is_stopped_ = true;
    timer_.cancel();
}

void WebhookSender::nudge() {
    if (is_stopped_) return;
    if (is_looking_) {
        look_again_ = true;
        return;
    }
    is_looking_ = true;
    // Those that are active may be among the first.
    store_.run(
        [now = wall_time_ms(),
         limit = kMaxActive + active_.size()](Storage& storage) -> Result<Agenda> {
            WebhookTable table = storage.webhooks();
            auto due = table.due(now, limit);
            if (!due) return std::unexpected(std::move(due).error());
            const auto next = table.next_due(now);
            if (!next) return std::unexpected(next.error());
            const auto pending = table.count_pending();
            if (!pending) return std::unexpected(pending.error());
            return Agenda{
                .due = *std::move(due), .next_ms = next->value_or(0), .pending = *pending};
        },
        [this](const Result<Agenda>& agenda) {
            is_looking_ = false;
            const bool again = std::exchange(look_again_, false);
            if (agenda) {
                take(*agenda);
            } else {
                failed_(agenda.error());
                look_at(wall_time_ms() + kStorePause.count());
            }
            if (again) nudge();
        });
}

void WebhookSender::take(const Agenda& agenda) {
    counts_.pending = agenda.pending;
    if (is_stopped_) return;
    for (const WebhookDelivery& delivery : agenda.due) {
        if (active_.size() < kMaxActive && active_.insert(delivery.job_id).second) send(delivery);
    }
    // What is due and found no place is looked after when another is settled.
    if (agenda.next_ms != 0) look_at(agenda.next_ms);
}

void WebhookSender::look_at(std::int64_t due_ms) {
    const std::chrono::milliseconds pause(due_ms - wall_time_ms());
    timer_.expires_after(std::clamp(pause, std::chrono::milliseconds(1), kLongestPause));
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) nudge();
    });
}

void WebhookSender::send(const WebhookDelivery& delivery) {
    // Each try says when it was made; the id stays.
    const auto headers = world_.signer.sign(security::as_bytes(delivery.body), delivery.job_id,
                                            platform::wall_clock());
    if (!headers) return answered(delivery.job_id, delivery.attempts, fail(headers.error().id()));
    outbound::Request request;
    request.method = "POST";
    request.url = delivery.url;
    request.body = delivery.body;
    request.timeout = kDeliveryTimeout;
    request.max_body_bytes = kReceiptBytes;
    request.fields = {{"Content-Type", "application/json"}};
    for (const auto& header : *headers) request.fields.push_back({header.name, header.value});
    world_.client.async_send(
        std::move(request),
        [this, id = delivery.job_id, attempts = delivery.attempts](
            const Result<outbound::Reply>& reply) { answered(id, attempts, reply); });
}

void WebhookSender::answered(const std::string& job_id, std::int64_t attempts,
                             const Result<outbound::Reply>& reply) {
    if (reply && reply->status / 100 == 2) {
        ++counts_.delivered;
        return settle(job_id, WebhookStatus::delivered, 0);
    }
    ++counts_.failed;
    const auto tried = static_cast<std::size_t>(attempts) + 1;
    const bool is_gone = reply && reply->status == kGone;
    if (is_gone || tried >= world_.schedule.size()) {
        ++counts_.dead;
        return settle(job_id, WebhookStatus::dead, 0);
    }
    settle(job_id, WebhookStatus::pending, next_try_ms(tried));
}

std::int64_t WebhookSender::next_try_ms(std::size_t attempts) {
    const std::int64_t pause_ms = std::int64_t{world_.schedule.at(attempts)} * 1000;
    // Up to a tenth later, so that what failed together does not come back together.
    std::array<std::uint8_t, 1> chance{};
    world_.random.fill(std::as_writable_bytes(std::span(chance)));
    return wall_time_ms() + pause_ms + pause_ms * chance.front() / 2560;
}

void WebhookSender::settle(const std::string& job_id, WebhookStatus status, std::int64_t due_ms) {
    store_.run(
        [job_id, status, due_ms](Storage& storage) -> Result<bool> {
            const Status settled = storage.webhooks().settle(job_id, status, due_ms);
            if (!settled) return std::unexpected(settled.error());
            return true;
        },
        [this, job_id](const Result<bool>& settled) {
            // What could not be stored is sent once more, after a pause.
            if (!settled) failed_(settled.error());
            active_.erase(job_id);
            if (settled) return nudge();
            look_at(wall_time_ms() + kStorePause.count());
        });
}

}  // namespace limpid::service::jobs
