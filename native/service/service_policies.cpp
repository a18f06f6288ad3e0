// Of Service: what is made anew from settings, all of it or nothing.
#include <utility>

#include "service/identity/modes.hpp"
#include "service/security_txt.hpp"
#include "service/service.hpp"
#include "service/text.hpp"

namespace limpid::service {

Result<std::optional<security::CorsPolicy>> Service::cors_of(const Settings& settings) {
    security::CorsSettings cors;
    cors.origins = split(settings.cors_origins, ',');
    if (cors.origins.empty()) return std::nullopt;
    cors.methods = {"GET", "POST", "PATCH", "DELETE", "OPTIONS"};
    cors.allowed_headers = {"Content-Type",    "Authorization", "x-api-key",  "If-None-Match",
                            "Idempotency-Key", "Last-Event-ID", "traceparent"};
    cors.exposed_headers = {"ETag",          "Repr-Digest", "X-Request-Id",     "Location",
                            "Retry-After",   "RateLimit",   "RateLimit-Policy", "Limpid-License",
                            "Limpid-Receipt"};
    auto policy = security::CorsPolicy::make(cors);
    if (!policy) return std::unexpected(std::move(policy).error());
    return *std::move(policy);
}

Result<Service::Policies> Service::policies_of(const Settings& settings) {
    if (settings.max_body_memory_bytes < settings.max_body_bytes) {
        return fail(ErrorCode::config_invalid_value,
                    "max_body_memory_bytes is less than max_body_bytes");
    }
    if (Status status = identity::check_modes(settings); !status) {
        return std::unexpected(std::move(status).error());
    }
    auto proxies = security::TrustedProxies::parse(settings.trust_proxy);
    if (!proxies) return std::unexpected(std::move(proxies).error());
    auto cors = cors_of(settings);
    if (!cors) return std::unexpected(std::move(cors).error());
    auto headers = HeaderPolicy::make(settings);
    if (!headers) return std::unexpected(std::move(headers).error());
    auto networks = security::parse_networks(settings.network_allow);
    if (!networks) return std::unexpected(std::move(networks).error());
    if (Status status = check_security_contact(settings.security_contact); !status) {
        return std::unexpected(std::move(status).error());
    }
    return Policies{.proxies = *std::move(proxies),
                    .cors = *std::move(cors),
                    .headers = *std::move(headers),
                    .network_allow = *std::move(networks)};
}

}  // namespace limpid::service
