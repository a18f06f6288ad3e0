#include "service/routes.hpp"

#include <utility>

#include "service/service.hpp"

namespace limpid::service {
namespace {

template <class Group>
using Member = void (Group::*)(const std::shared_ptr<Exchange>& exchange, Answer answer);

/// Who of the service has a handler.
Service& owner(Service& service, Member<Service>) noexcept { return service; }
ImageHandlers& owner(Service& service, Member<ImageHandlers>) noexcept { return service.images(); }
JobHandlers& owner(Service& service, Member<JobHandlers>) noexcept { return service.jobs(); }
UserHandlers& owner(Service& service, Member<UserHandlers>) noexcept { return service.users(); }
SourceHandlers& owner(Service& service, Member<SourceHandlers>) noexcept {
    return service.sources();
}

/// One type of function for handlers of every class.
template <auto handler>
void by(Service& service, const std::shared_ptr<Exchange>& exchange, Answer answer) {
    (owner(service, handler).*handler)(exchange, std::move(answer));
}

constexpr Route kRoutes[] = {
    {Surface::api, Access::scoped, RateClass::enhance, Body::image, Reply::image, "POST",
     "/v1/enhance", "enhance:submit", by<&ImageHandlers::enhance>,
     "Enhance a photo; the answer is the photo"},
    {Surface::api, Access::scoped, RateClass::plain, Body::image, Reply::json, "POST",
     "/v1/analyse", "enhance:read", by<&ImageHandlers::analyse>,
     "Measure a photo and decide a recipe for it"},
    {Surface::api, Access::scoped, RateClass::plain, Body::image, Reply::json, "POST",
     "/v1/inspect", "enhance:read", by<&ImageHandlers::inspect>,
     "Say what a photo claims to be, without decoding it"},
    {Surface::api, Access::scoped, RateClass::enhance, Body::image, Reply::new_job, "POST",
     "/v1/jobs", "enhance:submit", by<&JobHandlers::create>,
     "Keep a photo and enhance it later; the answer is the job"},
    {Surface::api, Access::scoped, RateClass::plain, Body::none, Reply::job, "GET", "/v1/jobs/{id}",
     "enhance:read", by<&JobHandlers::describe>, "Say how far a job is"},
    {Surface::api, Access::scoped, RateClass::plain, Body::none, Reply::nothing, "DELETE",
     "/v1/jobs/{id}", "enhance:submit", by<&JobHandlers::remove>,
     "Cancel a job that has not ended, or forget one that has"},
    {Surface::api, Access::scoped, RateClass::plain, Body::none, Reply::image, "GET",
     "/v1/jobs/{id}/output", "enhance:read", by<&JobHandlers::send_output>,
     "The photo that a job has made"},
    {Surface::api, Access::scoped, RateClass::plain, Body::none, Reply::events, "GET",
     "/v1/jobs/{id}/events", "enhance:read", by<&JobHandlers::stream_events>,
     "Server-sent events: how far a job is, until it has ended"},
    {Surface::api_and_admin, Access::everybody, RateClass::plain, Body::json, Reply::json, "POST",
     "/v1/setup", "", by<&UserHandlers::set_up>,
     "Make the first administrator, with the token that the service showed its operator"},
    {Surface::api_and_admin, Access::everybody, RateClass::plain, Body::json, Reply::json, "POST",
     "/v1/session", "", by<&UserHandlers::log_in>,
     "Log in; the answer sets the cookie of the session"},
    {Surface::api_and_admin, Access::scoped, RateClass::plain, Body::none, Reply::json, "GET",
     "/v1/session", "enhance:read", by<&UserHandlers::describe_session>, "Say whose session it is"},
    {Surface::api_and_admin, Access::scoped, RateClass::plain, Body::none, Reply::nothing, "DELETE",
     "/v1/session", "enhance:read", by<&UserHandlers::log_out>, "Log out"},
    {Surface::api_and_admin, Access::scoped, RateClass::plain, Body::json, Reply::nothing, "POST",
     "/v1/session/password", "enhance:read", by<&UserHandlers::change_password>,
     "Change one's own password, which ends one's sessions"},
    {Surface::admin, Access::scoped, RateClass::plain, Body::none, Reply::json, "GET", "/v1/users",
     "admin", by<&UserHandlers::list>, "List the users"},
    {Surface::admin, Access::scoped, RateClass::plain, Body::json, Reply::json, "POST", "/v1/users",
     "admin", by<&UserHandlers::create>, "Make a user; the answer is the user"},
    {Surface::admin, Access::scoped, RateClass::plain, Body::json, Reply::json, "PATCH",
     "/v1/users/{id}", "admin", by<&UserHandlers::change>,
     "Change a user's role or password, disable or enable them"},
    {Surface::admin, Access::scoped, RateClass::plain, Body::none, Reply::nothing, "DELETE",
     "/v1/users/{id}", "admin", by<&UserHandlers::remove>, "Remove a user, and end their sessions"},
    {Surface::api_and_admin, Access::scoped, RateClass::plain, Body::none, Reply::json, "GET",
     "/openapi.json", "enhance:read", by<&Service::openapi>, "This description"},
    {Surface::api, Access::everybody, RateClass::none, Body::none, Reply::json, "GET", "/livez", "",
     by<&Service::live>, "Does the service run?"},
    {Surface::api, Access::everybody, RateClass::none, Body::none, Reply::json, "GET", "/readyz",
     "", by<&Service::ready>, "Can the service take photos?"},
    {Surface::api, Access::everybody, RateClass::none, Body::none, Reply::json, "GET", "/health",
     "", by<&Service::ready>, "The same as /readyz"},
    {Surface::api, Access::everybody, RateClass::plain, Body::none, Reply::text, "GET",
     "/.well-known/security.txt", "", by<&Service::security_txt>, "How to report a vulnerability"},
    {Surface::api, Access::scoped, RateClass::plain, Body::none, Reply::upgrade, "GET", "/v1/ws",
     "enhance:read", by<&Service::open_websocket>,
     "Upgrade to a WebSocket that speaks JSON-RPC 2.0"},
    {Surface::api, Access::scoped, RateClass::plain, Body::none, Reply::json, "POST",
     "/v1/ws-ticket", "enhance:read", by<&Service::issue_ws_ticket>,
     "A ticket that opens one WebSocket within 30 s, for browsers, which send no headers there"},
    // Calls of JSON-RPC. Those with a path of HTTP are held to what holds for it there.
    {Surface::rpc, Access::scoped, RateClass::enhance, Body::image, Reply::image, kRpcMethod,
     "/v1/enhance", "enhance:submit", by<&ImageHandlers::enhance>, "enhance"},
    {Surface::rpc, Access::scoped, RateClass::plain, Body::image, Reply::json, kRpcMethod,
     "/v1/analyse", "enhance:read", by<&ImageHandlers::analyse>, "analyse"},
    {Surface::rpc, Access::scoped, RateClass::plain, Body::image, Reply::json, kRpcMethod,
     "/v1/inspect", "enhance:read", by<&ImageHandlers::inspect>, "inspect"},
    {Surface::rpc, Access::scoped, RateClass::plain, Body::none, Reply::job, kRpcMethod,
     "/v1/jobs/{id}", "enhance:read", by<&JobHandlers::describe>, "jobs.get"},
    {Surface::rpc, Access::scoped, RateClass::plain, Body::none, Reply::events, kRpcMethod,
     "/v1/jobs/{id}/events", "enhance:read", by<&JobHandlers::stream_events>, "jobs.subscribe"},
    {Surface::rpc, Access::everybody, RateClass::plain, Body::none, Reply::json, kRpcMethod,
     "/rpc/initialize", "", by<&Service::rpc_initialize>, "initialize"},
    {Surface::rpc, Access::scoped, RateClass::plain, Body::none, Reply::json, kRpcMethod,
     "/rpc/authenticate", "enhance:read", by<&Service::rpc_authenticate>, "authenticate"},
    {Surface::rpc, Access::scoped, RateClass::plain, Body::none, Reply::json, kRpcMethod,
     "/rpc/ping", "enhance:read", by<&Service::rpc_ping>, "ping"},
    {Surface::api, Access::everybody, RateClass::plain, Body::none, Reply::json, "GET",
     "/v1/license", "", by<&Service::license>, "What the licence is worth; nothing of whose it is"},
    {Surface::admin, Access::scoped, RateClass::plain, Body::none, Reply::json, "GET",
     "/v1/license/details", "admin", by<&Service::license_details>,
     "The same with the licence's id, masked"},
    {Surface::api, Access::signed_url, RateClass::enhance, Body::none, Reply::image, "GET",
     "/i/{rest}", "", by<&SourceHandlers::send>,
     "Enhance a photo of a source: /i/SIGNATURE/OPTIONS/SOURCE, signed by whoever has the key"},
    {Surface::pages, Access::everybody, RateClass::none, Body::none, Reply::nothing, "GET",
     "/{rest}", "", by<&Service::send_page>, "The playground"},
    {Surface::metrics, Access::everybody, RateClass::none, Body::none, Reply::nothing, "GET",
     "/metrics", "", by<&Service::metrics>, "For Prometheus"},
};

/// Nothing is open by oversight: a route has a scope, or says that it asks for none.
consteval bool each_is_scoped_or_public() {
    for (const Route& route : kRoutes) {
        if (route.scope.empty() != (route.access != Access::scoped)) return false;
    }
    return true;
}
static_assert(each_is_scoped_or_public(), "a route of the table has no scope");

/// Where the `{id}` or `{rest}` of a pattern is, in a path of its form: before it and after it both
/// are alike.
struct Pattern {
    std::string_view before;
    std::string_view after;
    bool has_id = false;
    bool has_rest = false;
};

Pattern pattern_of(std::string_view path) noexcept {
    constexpr std::string_view kId = "{id}";
    constexpr std::string_view kRest = "{rest}";
    if (path.ends_with(kRest)) {
        path.remove_suffix(kRest.size());
        return {.before = path, .after = {}, .has_id = true, .has_rest = true};
    }
    const std::size_t at = path.find(kId);
    if (at == std::string_view::npos) return {.before = path, .after = {}};
    return {.before = path.substr(0, at), .after = path.substr(at + kId.size()), .has_id = true};
}

bool is_at(const Route& route, Surface listener) noexcept {
    if (route.surface == listener) return true;
    return route.surface == Surface::api_and_admin &&
           (listener == Surface::api || listener == Surface::admin);
}

bool matches_path(const Route& route, std::string_view path) noexcept {
    const Pattern pattern = pattern_of(route.path);
    if (pattern.has_rest) return path.starts_with(pattern.before);
    if (!pattern.has_id) return route.path == path;
    const std::string_view id = path_id(route, path);
    return !id.empty() && !id.contains('/');
}

}  // namespace

std::span<const Route> routes() noexcept { return kRoutes; }

const Route* find_route(Surface surface, std::string_view method, std::string_view path) noexcept {
    if (method == "HEAD") method = "GET";
    for (const Route& route : kRoutes) {
        if (is_at(route, surface) && route.method == method && matches_path(route, path)) {
            return &route;
        }
    }
    return nullptr;
}

std::string_view path_id(const Route& route, std::string_view path) noexcept {
    const Pattern pattern = pattern_of(route.path);
    if (!pattern.has_id || path.size() <= pattern.before.size() + pattern.after.size() ||
        !path.starts_with(pattern.before) || !path.ends_with(pattern.after)) {
        return {};
    }
    path.remove_prefix(pattern.before.size());
    path.remove_suffix(pattern.after.size());
    return path;
}

std::string allowed_methods(Surface surface, std::string_view path) {
    std::string methods;
    for (const Route& route : kRoutes) {
        if (!is_at(route, surface) || !matches_path(route, path)) continue;
        if (!methods.empty()) methods += ", ";
        methods += route.method;
        if (route.method == "GET") methods += ", HEAD";
    }
    return methods;
}

}  // namespace limpid::service
