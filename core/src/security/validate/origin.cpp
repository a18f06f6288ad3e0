#include "limpid/security/origin.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "limpid/security/network.hpp"
#include "security/validate/http_token.hpp"

namespace limpid::security {
namespace {

struct OriginScheme {
    std::string_view prefix;
    std::string_view default_port;
};
constexpr OriginScheme kOriginSchemes[] = {{"https://", "443"}, {"http://", "80"}};

std::string lower_text(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// 1..65535 without leading zeros.
bool is_origin_port(std::string_view text) {
    if (text.empty() || text.size() > 5 || text[0] == '0') return false;
    std::uint32_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value <= 65535;
}

/// The host of a URL in the form browsers send it.
std::optional<std::string> host_text(std::string_view text) {
    const auto host = parse_host(text);
    if (!host || text.ends_with('.')) return std::nullopt;
    const IpAddress* const address = host->address();
    if (address == nullptr) return *host->name();
    return address->is_v4() ? to_string(*address) : "[" + to_string(*address) + "]";
}

std::optional<std::string> origin_of(std::string_view text) {
    const std::string all = lower_text(text);
    for (const OriginScheme& scheme : kOriginSchemes) {
        if (!all.starts_with(scheme.prefix)) continue;
        const std::string_view rest = std::string_view(all).substr(scheme.prefix.size());
        const std::size_t bracket = rest.find(']');
        const std::size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
        const auto host = host_text(rest.substr(0, colon));
        if (!host) return std::nullopt;
        std::string out = std::string(scheme.prefix) + *host;
        if (colon == std::string_view::npos) return out;
        const std::string_view port = rest.substr(colon + 1);
        if (!is_origin_port(port)) return std::nullopt;
        if (port != scheme.default_port) out.append(":").append(port);
        return out;
    }
    return std::nullopt;
}

std::string joined(const std::vector<std::string>& items) {
    std::string out;
    for (const std::string& item : items) {
        if (!out.empty()) out += ", ";
        out += item;
    }
    return out;
}

Status check_tokens(const std::vector<std::string>& tokens) {
    for (const std::string& token : tokens) {
        if (!is_http_token(token)) {
            return fail(ErrorCode::policy_malformed, "CORS: '" + excerpt(token) + "' is no token");
        }
    }
    return {};
}

Status check_combination(const CorsSettings& settings) {
    const bool star = std::ranges::find(settings.origins, "*") != settings.origins.end();
    if (star && settings.credentials) {
        return fail(ErrorCode::policy_unsafe, "CORS: origin * with credentials");
    }
    if (star && settings.origins.size() > 1) {
        return fail(ErrorCode::policy_unsafe, "CORS: origin * beside others");
    }
    if (star && settings.production && !settings.everybody_is_meant) {
        return fail(ErrorCode::policy_unsafe, "CORS: origin * in production");
    }
    if (settings.reflect_any_origin && settings.production) {
        return fail(ErrorCode::policy_unsafe, "CORS: every origin echoed in production");
    }
    return {};
}

}  // namespace

Result<std::string> parse_origin(std::string_view text) {
    if (auto origin = origin_of(text)) return std::move(*origin);
    return fail(ErrorCode::origin_malformed, "'" + excerpt(text) + "'");
}

Result<CorsPolicy> CorsPolicy::make(const CorsSettings& settings) {
    if (Status fine = check_combination(settings); !fine) return std::unexpected(fine.error());
    for (const auto* list :
         {&settings.methods, &settings.allowed_headers, &settings.exposed_headers}) {
        if (Status fine = check_tokens(*list); !fine) return std::unexpected(fine.error());
    }
    CorsSettings checked = settings;
    for (std::string& origin : checked.origins) {
        if (origin == "*") continue;
        auto parsed = parse_origin(origin);
        if (!parsed) return std::unexpected(std::move(parsed).error());
        origin = std::move(*parsed);
    }
    return CorsPolicy(std::move(checked));
}

bool CorsPolicy::anybody() const noexcept {
    return settings_.origins.size() == 1 && settings_.origins.front() == "*";
}

bool CorsPolicy::allows(std::string_view origin) const noexcept {
    if (anybody()) return true;
    if (std::ranges::find(settings_.origins, origin) != settings_.origins.end()) return true;
    // Echoed into a header: only what is an origin.
    return settings_.reflect_any_origin && origin_of(origin) == origin;
}

std::vector<HeaderField> CorsPolicy::response_headers(
    std::optional<std::string_view> origin) const {
    std::vector<HeaderField> out;
    if (anybody()) {
        out.push_back({"Access-Control-Allow-Origin", "*"});
    } else {
        out.push_back({"Vary", "Origin"});
        if (!origin || !allows(*origin)) return out;
        out.push_back({"Access-Control-Allow-Origin", std::string(*origin)});
        if (settings_.credentials) out.push_back({"Access-Control-Allow-Credentials", "true"});
    }
    if (!settings_.exposed_headers.empty()) {
        out.push_back({"Access-Control-Expose-Headers", joined(settings_.exposed_headers)});
    }
    return out;
}

std::vector<HeaderField> CorsPolicy::preflight_headers(
    std::optional<std::string_view> origin) const {
    std::vector<HeaderField> out = response_headers(origin);
    std::erase_if(out,
                  [](const HeaderField& h) { return h.name == "Access-Control-Expose-Headers"; });
    if (!origin || !allows(*origin)) return out;
    out.push_back({"Access-Control-Allow-Methods", joined(settings_.methods)});
    out.push_back({"Access-Control-Allow-Headers", joined(settings_.allowed_headers)});
    out.push_back({"Access-Control-Max-Age", std::to_string(settings_.max_age_s)});
    return out;
}

}  // namespace limpid::security
