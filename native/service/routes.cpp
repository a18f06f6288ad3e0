#include "service/routes.hpp"

#include "service/service.hpp"

namespace limpid::service {
namespace {

constexpr Route kRoutes[] = {
    {Surface::api, Access::scoped, RateClass::enhance, Body::image, "POST", "/v1/enhance",
     "enhance:submit", &Service::enhance, "Enhance a photo; the answer is the photo"},
    {Surface::api, Access::scoped, RateClass::plain, Body::image, "POST", "/v1/analyse",
     "enhance:read", &Service::analyse, "Measure a photo and decide a recipe for it"},
    {Surface::api, Access::scoped, RateClass::plain, Body::image, "POST", "/v1/inspect",
     "enhance:read", &Service::inspect, "Say what a photo claims to be, without decoding it"},
    {Surface::api, Access::scoped, RateClass::plain, Body::none, "GET", "/openapi.json",
     "enhance:read", &Service::openapi, "This description"},
    {Surface::api, Access::everybody, RateClass::none, Body::none, "GET", "/livez", "",
     &Service::live, "Does the service run?"},
    {Surface::api, Access::everybody, RateClass::none, Body::none, "GET", "/readyz", "",
     &Service::ready, "Can the service take photos?"},
    {Surface::api, Access::everybody, RateClass::none, Body::none, "GET", "/health", "",
     &Service::ready, "The same as /readyz"},
    {Surface::api, Access::everybody, RateClass::plain, Body::none, "GET",
     "/.well-known/security.txt", "", &Service::security_txt, "How to report a vulnerability"},
    {Surface::metrics, Access::everybody, RateClass::none, Body::none, "GET", "/metrics", "",
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
