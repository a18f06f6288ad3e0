#include "service/rpc/rpc_desk.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "service/prometheus_text.hpp"

namespace limpid::service::rpc {
namespace {

/// Fields that carry credentials.
bool is_credential(std::string_view name) {
    constexpr std::array<std::string_view, 4> kNames = {"Authorization", "x-api-key", "Cookie",
                                                        "X-CSRF-Token"};
    return std::ranges::any_of(kNames,
                               [&](auto known) { return equal_ignoring_case(name, known); });
}

/// Fields that concern one message and not who sends it.
bool is_of_message(std::string_view name) {
    constexpr std::array<std::string_view, 14> kNames = {
        "Connection", "Upgrade",       "Transfer-Encoding",
        "Expect",     "Range",         "Idempotency-Key",
        "TE",         "Last-Event-ID", "traceparent",
        "Trailer",    "Keep-Alive",    "Proxy-Connection",
        "Prefer",     "Accept",
    };
    const std::string lower = lower_case(name);
    return lower.starts_with("content-") || lower.starts_with("sec-websocket-") ||
           lower.starts_with("if-") || lower.starts_with("accept-") ||
           std::ranges::any_of(kNames,
                               [&](auto known) { return equal_ignoring_case(name, known); });
}

/// An IPv6 client has 64 bits of addresses: they count as one.
security::IpAddress counted_as(const security::IpAddress& client) {
    if (client.is_v4()) return client;
    auto bytes = client.bytes();
    std::fill(std::next(bytes.begin(), 8), bytes.end(), std::uint8_t{0});
    return security::IpAddress::v6(bytes);
}

double amount(std::uint64_t count) { return static_cast<double>(count); }

}  // namespace

std::string_view to_string(RpcTransport transport) noexcept {
    return transport == RpcTransport::tcp ? "tcp" : "websocket";
}

Place::~Place() { desk_.leave(transport_, client_); }

bool RpcDesk::has_room(RpcTransport transport, const security::IpAddress& client,
                       const Most& most) const {
    if (open_[index(transport)] >= most.connections) return false;
    const auto found = by_client_.find(counted_as(client));
    return found == by_client_.end() || found->second < most.of_an_address;
}

std::shared_ptr<Place> RpcDesk::take_place(RpcTransport transport,
                                           const security::IpAddress& client, const Most& most) {
    if (!has_room(transport, client, most)) return nullptr;
    auto place = std::make_shared<Place>(*this, transport, client);
    ++open_[index(transport)];
    ++by_client_[counted_as(client)];
    return place;
}

void RpcDesk::leave(RpcTransport transport, const security::IpAddress& client) {
    --open_[index(transport)];
    const auto found = by_client_.find(counted_as(client));
    if (found != by_client_.end() && --found->second == 0) by_client_.erase(found);
}

Result<security::Secret> RpcDesk::issue_ticket(const RequestHead& head, security::UnixSeconds now,
                                               security::RandomSource& random) {
    std::erase_if(held_, [&](const auto& entry) { return entry.second.expires_at < now; });
    const std::string subject = std::to_string(next_subject_++);
    auto ticket = security::issue_token(security::TokenKind::ticket, subject, kTicketSeconds, now,
                                        random, tickets_);
    if (!ticket) return ticket;
    Held& held = held_[subject];
    held.expires_at = {now.value + kTicketSeconds};
    std::ranges::copy_if(head.fields, std::back_inserter(held.fields),
                         [](const HeaderField& field) { return is_credential(field.name); });
    return ticket;
}

Result<std::vector<HeaderField>> RpcDesk::redeem(std::string_view ticket,
                                                 security::UnixSeconds now) {
    const auto record = security::redeem_ticket(ticket, now, tickets_);
    if (!record) return std::unexpected(record.error());
    auto held = held_.extract(record->subject);
    if (held.empty()) return fail(ErrorCode::token_unknown);
    return std::move(held.mapped().fields);
}

void RpcDesk::count_call(std::string_view method, std::string_view code) {
    ++calls_[{std::string(method), code.empty() ? "ok" : std::string(code)}];
}

std::string RpcDesk::text() const {
    std::string out;
    constexpr std::array kTransports = {RpcTransport::websocket, RpcTransport::tcp};
    prometheus::head(out, "rpc_connections", "gauge", "Connections that speak JSON-RPC.");
    for (const RpcTransport transport : kTransports) {
        prometheus::sample(out, "rpc_connections",
                           prometheus::label("transport", to_string(transport)),
                           amount(open_[index(transport)]));
    }
    prometheus::head(out, "rpc_messages_total", "counter", "Messages of JSON-RPC received.");
    for (const RpcTransport transport : kTransports) {
        prometheus::sample(out, "rpc_messages_total",
                           prometheus::label("transport", to_string(transport)),
                           amount(messages_[index(transport)]));
    }
    prometheus::head(out, "rpc_calls_total", "counter",
                     "Calls of JSON-RPC that have ended, by method and error code.");
    for (const auto& [key, count] : calls_) {
        prometheus::sample(
            out, "rpc_calls_total",
            prometheus::label("method", key.first) + "," + prometheus::label("code", key.second),
            amount(count));
    }
    return out;
}

RequestHead caller_of(const RequestHead& head) {
    RequestHead caller;
    caller.peer = head.peer;
    caller.encrypted = head.encrypted;
    caller.certificate_names = head.certificate_names;
    std::ranges::copy_if(head.fields, std::back_inserter(caller.fields),
                         [](const HeaderField& field) { return !is_of_message(field.name); });
    return caller;
}

}  // namespace limpid::service::rpc
