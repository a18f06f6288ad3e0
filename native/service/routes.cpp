#include "service/routes.hpp"

#include "service/service.hpp"

namespace limpid::service {
namespace {

constexpr Route kRoutes[] = {
    {Surface::api, "POST", "/v1/enhance", Access::scoped, "enhance:submit", RateClass::enhance,
     Body::image, &Service::enhance, "Enhance a photo; the answer is the photo"},
    {Surface::api, "POST", "/v1/analyse", Access::scoped, "enhance:read", RateClass::plain,
     Body::image, &Service::analyse, "Measure a photo and decide a recipe for it"},
    {Surface::api, "POST", "/v1/inspect", Access::scoped, "enhance:read", RateClass::plain,
     Body::image, &Service::inspect, "Say what a photo claims to be, without decoding it"},
    {Surface::api, "GET", "/openapi.json", Access::scoped, "enhance:read", RateClass::plain,
     Body::none, &Service::openapi, "This description"},
    {Surface::api, "GET", "/livez", Access::everybody, "", RateClass::none, Body::none,
     &Service::live, "Does the service run?"},
    {Surface::api, "GET", "/readyz", Access::everybody, "", RateClass::none, Body::none,
     &Service::ready, "Can the service take photos?"},
    {Surface::api, "GET", "/health", Access::everybody, "", RateClass::none, Body::none,
     &Service::ready, "The same as /readyz"},
    {Surface::metrics, "GET", "/metrics", Access::everybody, "", RateClass::none, Body::none,
     &Service::metrics, "For Prometheus"},
};

}  // namespace

std::span<const Route> routes() noexcept { return kRoutes; }

const Route* find_route(Surface surface, std::string_view method, std::string_view path) noexcept {
    if (method == "HEAD") method = "GET";
    for (const Route& route : kRoutes) {
        if (route.surface == surface && route.method == method && route.path == path) {
            return &route;
        }
    }
    return nullptr;
}

std::string allowed_methods(Surface surface, std::string_view path) {
    std::string methods;
    for (const Route& route : kRoutes) {
        if (route.surface != surface || route.path != path) continue;
        if (!methods.empty()) methods += ", ";
        methods += route.method;
        if (route.method == "GET") methods += ", HEAD";
    }
    return methods;
}

}  // namespace limpid::service
