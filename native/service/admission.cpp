// Of Service: who asks, and whether the request may go on, by its head alone.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "platform/clock.hpp"
#include "service/enhance_request.hpp"
#include "service/identity/identity.hpp"
#include "service/json_request.hpp"
#include "service/service.hpp"

namespace limpid::service {
namespace {

/// What a body holds from the beginning, whatever it will be.
constexpr std::uint64_t kFirstShareBytes = std::uint64_t{64} << 10U;

}  // namespace

void Service::receive(Exchange& exchange) {
    exchange.trace = make_trace_context(exchange.head.field("traceparent"), world_.random);
    exchange.client = exchange.head.peer;
    metrics_.begin_request();
}

void Service::begin(const std::shared_ptr<Exchange>& exchange, Surface surface, Begun begun) {
    if (auto response = begin_unnamed(*exchange, surface)) return begun(std::move(response));
    if (exchange->route->access != Access::scoped) {
        return count_request(exchange, {}, std::move(begun));
    }
    // Who cannot authenticate is counted as well, so that guessing is held to the limits.
    authenticator_.async_authenticate(
        exchange, platform::wall_clock(),
        [this, exchange, begun = std::move(begun)](Result<Principal> principal) mutable {
            Status authorised = authorise(*exchange, std::move(principal));
            count_request(exchange, std::move(authorised), std::move(begun));
        });
}

std::optional<Response> Service::begin_unnamed(Exchange& exchange, Surface surface) {
    if (Status status = find_client(exchange); !status) return refuse(exchange, status.error());
    // Pages of others have nothing to do at the other listeners.
    if (policies_.cors && surface == Surface::api) {
        exchange.fields = policies_.cors->response_headers(exchange.head.field("Origin"));
    }
    // Prometheus, on this machine, must see a block of this machine's address.
    RateVerdict block = surface == Surface::metrics
                            ? RateVerdict()
                            : gate_.check_block(exchange.client, platform::monotonic_now());
    if (block.refusal) {
        security_metrics_.count_blocked_request();
        std::ranges::move(block.fields, std::back_inserter(exchange.fields));
        return refuse(exchange, *block.refusal);
    }
    if (auto response = answer_preflight(exchange, surface)) return response;
    if (Status status = find_route_of(exchange, surface); !status) {
        return refuse(exchange, status.error());
    }
    if (Status status = check_lockdown(exchange); !status) return refuse(exchange, status.error());
    if (exchange.route->reply == Reply::upgrade) {
        if (Status status = check_upgrade(exchange); !status) {
            return refuse(exchange, status.error());
        }
    }
    return std::nullopt;
}

void Service::count_request(const std::shared_ptr<Exchange>& exchange, Status authorised,
                            Begun begun) {
    // All guests have one name: by it they would take each other's share.
    std::string_view who = exchange->principal.id;
    if (who == identity::kGuestId) who = {};
    gate_.async_count({exchange->route->rate_class, exchange->client, who, exchange->route->path},
                      platform::monotonic_now(),
                      [this, exchange, authorised = std::move(authorised),
                       begun = std::move(begun)](RateVerdict verdict) mutable {
                          std::ranges::move(verdict.fields, std::back_inserter(exchange->fields));
                          if (!verdict.refusal) return begun(begin_counted(*exchange, authorised));
                          if (verdict.refusal->id() == ErrorCode::rate_limited)
                              note_breach(*exchange);
                          begun(refuse(*exchange, *verdict.refusal));
                      });
}

std::optional<Response> Service::begin_counted(Exchange& exchange, const Status& authorised) {
    if (Status status = check_audit(exchange); !status) return refuse(exchange, status.error());
    if (!authorised) return refuse(exchange, authorised.error());
    if (exchange.route->rate_class == RateClass::enhance) {
        if (Status status = license_.check_use(); !status) return refuse(exchange, status.error());
    }
    if (exchange.route->body == Body::none && exchange.head.has_body()) {
        return refuse(exchange, Error(ErrorCode::http_malformed, "this path takes no body"));
    }
    if (exchange.route->body == Body::image) {
        const Status status = check_upload_head(exchange.head, settings_.max_body_bytes);
        if (!status) return refuse(exchange, status.error());
    }
    if (exchange.route->body == Body::json) {
        const Status status = check_json_head(exchange.head, settings_.max_json_bytes);
        if (!status) return refuse(exchange, status.error());
    }
    if (Status status = reserve_body(exchange); !status) return refuse(exchange, status.error());
    return std::nullopt;
}

Status Service::find_client(Exchange& exchange) const {
    const auto forwarded_for = exchange.head.field("X-Forwarded-For");
    const auto proto = exchange.head.field("X-Forwarded-Proto");
    const auto host = exchange.head.field("X-Forwarded-Host");
    const auto found = security::resolve_client(
        exchange.head.peer,
        {.forwarded_for = forwarded_for, .forwarded_proto = proto, .forwarded_host = host},
        policies_.proxies);
    if (!found) return std::unexpected(found.error());
    exchange.client = found->client;
    if (found->scheme == "https") exchange.head.encrypted = true;
    return {};
}

std::optional<Response> Service::answer_preflight(Exchange& exchange, Surface surface) const {
    if (!policies_.cors || surface != Surface::api || exchange.head.method != "OPTIONS" ||
        !exchange.head.field("Access-Control-Request-Method") ||
        allowed_methods(surface, exchange.head.path).empty()) {
        return std::nullopt;
    }
    Response response;
    response.status = 204;
    exchange.fields.clear();
    response.fields = policies_.cors->preflight_headers(exchange.head.field("Origin"));
    return response;
}

Status Service::find_route_of(Exchange& exchange, Surface surface) const {
    const RequestHead& head = exchange.head;
    if (surface == Surface::api && allowed_methods(surface, head.path).empty() &&
        has_page(head.path)) {
        surface = Surface::pages;
    }
    exchange.route = find_route(surface, head.method, head.path);
    if (exchange.route != nullptr) {
        exchange.path_id = path_id(*exchange.route, head.path);
        return {};
    }
    const std::string methods = allowed_methods(surface, head.path);
    if (methods.empty()) return fail(ErrorCode::http_not_found);
    exchange.fields.push_back({"Allow", methods});
    return fail(ErrorCode::http_method_not_allowed);
}

Status Service::authorise(Exchange& exchange, Result<Principal> principal) {
    if (!principal && principal.error().id() == ErrorCode::keeper_unavailable) {
        return std::unexpected(std::move(principal).error());
    }
    if (!principal) {
        note_refused_credential(exchange, principal.error());
        if (users_.identity() != nullptr && principal.error().id() == ErrorCode::token_unknown) {
            exchange.fields.push_back(
                {"Set-Cookie", users_.identity()->clearing_cookie(exchange.head)});
        }
        return std::unexpected(std::move(principal).error());
    }
    // Who has a session, or needs none, could guess passwords and have each guess forgotten.
    if (!principal->id.empty() && principal->id != identity::kGuestId &&
        !principal->id.starts_with(identity::kUserPrefix)) {
        gate_.note_success(exchange.client);
    }
    exchange.principal = *std::move(principal);
    Status permitted = security::authorise_api_key(
        exchange.principal.grant, {.scope = exchange.route->scope, .path = exchange.head.path});
    note_accepted_credential(exchange, permitted);
    return permitted;
}

Status Service::reserve_body(Exchange& exchange) {
    exchange.body_share = MemoryBudget::Share(bodies_);
    const std::uint64_t announced = exchange.head.content_length().value_or(0);
    // The rest counts as it comes: who announces much and sends nothing must not take the room of
    // everybody else. But what cannot fit need not begin.
    if (bodies_.has_room_for(announced) &&
        exchange.body_share.grow_to(std::min(announced, kFirstShareBytes))) {
        return {};
    }
    return fail(ErrorCode::service_overloaded);
}

}  // namespace limpid::service
