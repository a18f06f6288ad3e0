#include "service/security_headers.hpp"

#include <string>

#include "limpid/security/content_security_policy.hpp"

namespace limpid::service {

std::vector<HeaderField> security_headers(bool encrypted) {
    std::vector<HeaderField> fields = {
        {"Content-Security-Policy", std::string(security::kApiContentSecurityPolicy)},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Origin-Agent-Cluster", "?1"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-DNS-Prefetch-Control", "off"},
        {"X-Download-Options", "noopen"},
        {"X-Frame-Options", "DENY"},
        {"X-Permitted-Cross-Domain-Policies", "none"},
        {"X-XSS-Protection", "0"},
    };
    if (encrypted) {
        fields.push_back({"Strict-Transport-Security", "max-age=31536000; includeSubDomains"});
    }
    return fields;
}

}  // namespace limpid::service
