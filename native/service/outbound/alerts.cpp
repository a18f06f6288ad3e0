#include "service/outbound/alerts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include "limpid/security/encoding.hpp"
#include "platform/clock.hpp"

namespace limpid::service::outbound {
namespace {

/// What alarms; the audit log has more.
constexpr std::array<std::string_view, 12> kKinds = {
    "auth.denied",  "client.blocked", "connection.refused",    "errors.spike",
    "keys.revoked", "keys.removed",   "keys.unreadable",       "limit.exceeded",
    "lockdown.on",  "lockdown.off",   "worker.forbidden_call", "settings.refused"};

constexpr std::chrono::seconds kAlertTimeout{10};
constexpr std::size_t kAlertReplyBytes = std::size_t{64} << 10U;
// After the first and the second try.
constexpr std::array kPauses = {std::chrono::seconds(1), std::chrono::seconds(5)};

std::string new_id(security::RandomSource& random) {
    std::array<std::byte, 16> bytes{};
    random.fill(bytes);
    return "alert_" + security::encode_hex(bytes);
}

}  // namespace

Alerts::Alerts(boost::asio::any_io_executor executor, Client& client, std::string url,
               security::WebhookSigner signer, security::RandomSource& random)
    : executor_(std::move(executor)),
      client_(client),
      url_(std::move(url)),
      signer_(std::move(signer)),
      random_(random) {}

std::string Alerts::text_of(const audit::Event& event) {
    nlohmann::json data = {{"details", event.details}};
    if (!event.principal.empty()) data["principal"] = event.principal;
    if (!event.client.empty()) data["client"] = event.client;
    if (!event.request_id.empty()) data["request_id"] = event.request_id;
    const auto suppressed = sampler_.take_suppressed(std::chrono::steady_clock::now());
    if (!suppressed.empty()) data["suppressed"] = suppressed;
    const nlohmann::json message = {
        {"type", event.name}, {"timestamp", platform::utc_timestamp()}, {"data", std::move(data)}};
    return message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void Alerts::note(const audit::Event& event) {
    if (std::ranges::find(kKinds, event.name) == kKinds.end()) return;
    const bool admitted =
        sampler_.admit(event.name, {}, kPerMinute, std::chrono::steady_clock::now());
    if (!admitted || on_the_way_ == kMaxOnTheWay) {
        ++counts_.suppressed;
        return;
    }
    ++on_the_way_;
    send({.id = new_id(random_), .body = text_of(event)});
}

void Alerts::send(Message message) {
    const auto headers =
        signer_.sign(security::as_bytes(message.body), message.id, platform::wall_clock());
    ++message.attempts;
    if (!headers) return answered(std::move(message), std::unexpected(headers.error()));
    Request request;
    request.method = "POST";
    request.url = url_;
    request.timeout = kAlertTimeout;
    request.max_body_bytes = kAlertReplyBytes;
    request.body = message.body;
    request.fields = {{"Content-Type", "application/json"}};
    for (const auto& header : *headers) request.fields.push_back({header.name, header.value});
    client_.async_send(std::move(request),
                       [this, message = std::move(message)](const Result<Reply>& reply) mutable {
                           answered(std::move(message), reply);
                       });
}

void Alerts::answered(Message message, const Result<Reply>& reply) {
    if (reply && reply->status / 100 == 2) {
        ++counts_.delivered;
        --on_the_way_;
        return;
    }
    const auto tried = static_cast<std::size_t>(message.attempts);
    if (tried > kPauses.size()) {
        ++counts_.failed;
        --on_the_way_;
        return;
    }
    auto timer = std::make_shared<boost::asio::steady_timer>(executor_, kPauses.at(tried - 1));
    timer->async_wait([this, timer, message = std::move(message)](
                          const boost::system::error_code& error) mutable {
        if (!error) send(std::move(message));
    });
}

}  // namespace limpid::service::outbound
