// The handlers of Service for WebSocket and JSON-RPC.
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "limpid/security/json.hpp"
#include "limpid/version.hpp"
#include "platform/clock.hpp"
#include "service/problem_response.hpp"
#include "service/rpc/rpc_methods.hpp"
#include "service/service.hpp"

namespace limpid::service {
namespace {

using rpc::RpcTransport;

constexpr std::string_view kTokenProtocol = "limpid.bearer.";
constexpr std::string_view kTicketProtocol = "limpid.ticket.";
// RFC 6455 section 4.1: of 16 bytes, in base64.
constexpr std::size_t kWebSocketKeyBytes = 16;

std::vector<std::string> protocols_of(const RequestHead& head) {
    return split(head.field("Sec-WebSocket-Protocol").value_or(""), ',');
}

rpc::RpcDesk::Most most_websockets(const Settings& settings) {
    return {.connections = settings.ws_max_connections,
            .of_an_address = settings.rpc_max_connections_per_ip};
}

/// Browsers send Origin with every upgrade, and no page can keep them from it.
bool is_same_origin(const RequestHead& head, std::string_view origin) {
    const auto host = head.field("Host");
    if (!host) return false;
    const auto own = security::parse_origin((head.encrypted ? "https://" : "http://") + *host);
    const auto other = security::parse_origin(origin);
    return own && other && *own == *other;
}

bool has_word(const RequestHead& head, std::string_view name, std::string_view word) {
    for (const std::string& one : split(head.field(name).value_or(""), ',')) {
        if (equal_ignoring_case(one, word)) return true;
    }
    return false;
}

/// Is it the request of RFC 6455 section 4.1?
bool is_upgrade(const RequestHead& head) {
    const auto key = security::decode_base64(head.field("Sec-WebSocket-Key").value_or(""),
                                             security::Base64::standard);
    return head.method == "GET" && has_word(head, "Upgrade", "websocket") &&
           has_word(head, "Connection", "upgrade") && key && key->size() == kWebSocketKeyBytes &&
           head.field("Sec-WebSocket-Version") == "13";
}

}  // namespace

Status Service::check_upgrade(Exchange& exchange) {
    RequestHead& head = exchange.head;
    if (!rpc_.has_room(RpcTransport::websocket, exchange.client, most_websockets(settings_))) {
        return fail(ErrorCode::service_too_many_connections);
    }
    // Queries are in the logs of every proxy: nothing secret may get used to being there.
    if (!head.query.empty()) {
        return fail(ErrorCode::http_malformed, "this path takes no query, least of all a token");
    }
    const auto origin = head.field("Origin");
    if (origin && !is_same_origin(head, *origin) &&
        !(policies_.cors && policies_.cors->allows(*origin))) {
        return fail(ErrorCode::session_forged_request, "the Origin is not one of cors_origins");
    }
    const std::vector<std::string> protocols = protocols_of(head);
    if (!protocols.empty() && std::ranges::find(protocols, rpc::kProtocol) == protocols.end()) {
        return fail(ErrorCode::http_malformed, "offer the subprotocol limpid.v1");
    }
    for (const std::string_view protocol : protocols) {
        if (protocol.starts_with(kTokenProtocol)) {
            const std::string token(protocol.substr(kTokenProtocol.size()));
            head.fields.push_back({"Authorization", "Bearer " + token});
        } else if (protocol.starts_with(kTicketProtocol)) {
            const std::string ticket(protocol.substr(kTicketProtocol.size()));
            auto fields = rpc_.redeem(ticket, platform::wall_clock());
            // A ticket that is no good is refused as every credential that is none.
            if (!fields) fields = std::vector<HeaderField>{{"Authorization", "Bearer " + ticket}};
            std::ranges::move(*fields, std::back_inserter(head.fields));
        }
    }
    return {};
}

void Service::open_websocket(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (stopping_) return answer(refuse(*exchange, Error(ErrorCode::service_stopping)));
    if (!is_upgrade(exchange->head)) {
        Response response = refuse(*exchange, Error(ErrorCode::http_upgrade_required));
        response.fields.push_back({"Upgrade", "websocket"});
        response.fields.push_back({"Sec-WebSocket-Version", "13"});
        return answer(std::move(response));
    }
    Response response;
    response.status = 101;
    response.upgrade =
        rpc_.take_place(RpcTransport::websocket, exchange->client, most_websockets(settings_));
    if (!response.upgrade) {
        return answer(refuse(*exchange, Error(ErrorCode::service_too_many_connections)));
    }
    if (!protocols_of(exchange->head).empty()) {
        response.fields.push_back({"Sec-WebSocket-Protocol", std::string(rpc::kProtocol)});
    }
    answer(std::move(response));
}

void Service::issue_ws_ticket(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    const auto ticket = rpc_.issue_ticket(exchange->head, platform::wall_clock(), world_.random);
    if (!ticket) return answer(refuse(*exchange, ticket.error()));
    answer(json_response("{\"expires_in\":" + std::to_string(rpc::RpcDesk::kTicketSeconds) +
                         ",\"ticket\":" + security::canonical_string(ticket->expose_text()) + "}"));
}

std::optional<Error> Service::admit_rpc(const security::IpAddress& peer,
                                        std::shared_ptr<rpc::Place>& place) {
    if (stopping_) return Error(ErrorCode::service_stopping);
    if (gate_.check_block(peer, platform::monotonic_now()).refusal) {
        security_metrics_.count_blocked_request();
        return Error(ErrorCode::client_blocked);
    }
    place = rpc_.take_place(RpcTransport::tcp, peer,
                            {.connections = settings_.rpc_max_connections,
                             .of_an_address = settings_.rpc_max_connections_per_ip});
    if (!place) return Error(ErrorCode::service_too_many_connections);
    return std::nullopt;
}

void Service::rpc_initialize(const std::shared_ptr<Exchange>&, Answer answer) {
    std::string methods;
    for (const rpc::RpcMethod& method : rpc::rpc_methods()) {
        methods += (methods.empty() ? "\"" : ",\"") + std::string(method.name) + "\"";
    }
    answer(json_response(
        "{\"limits\":{\"max_calls\":" + std::to_string(settings_.rpc_max_calls) +
        ",\"max_message_bytes\":" + std::to_string(settings_.max_message_bytes) +
        "},\"methods\":[" + methods + "],\"protocol\":\"" + std::string(rpc::kProtocol) +
        R"(","server":{"name":"limpidd","version":")" LIMPID_VERSION_STRING R"("}})"));
}

void Service::rpc_authenticate(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    answer(json_response("{\"principal\":" + security::canonical_string(exchange->principal.id) +
                         "}"));
}

void Service::rpc_ping(const std::shared_ptr<Exchange>&, Answer answer) {
    answer(json_response("{}"));
}

}  // namespace limpid::service
