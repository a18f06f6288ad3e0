#include "service/security_headers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "limpid/security/content_security_policy.hpp"
#include "platform/edit_distance.hpp"
#include "platform/printable.hpp"

namespace limpid::service {
namespace {

/// One of Helmet's switches: its name since version 7, the older one, and the header. Where
/// `header` is empty there is nothing to switch off: limpidd never sends it.
struct HeaderSwitch {
    std::string_view name;
    std::string_view old_name;
    std::string_view header;
    /// The value that never changes; empty: the settings say it.
    std::string_view value;
};

constexpr std::string_view kFrameOptions = "X-Frame-Options";
constexpr std::string_view kTransportSecurity = "Strict-Transport-Security";
constexpr std::string_view kTypeOptions = "X-Content-Type-Options";
constexpr std::string_view kXssProtection = "X-XSS-Protection";
constexpr std::string_view kContentPolicy = "Content-Security-Policy";
constexpr std::string_view kEmbedderPolicy = "Cross-Origin-Embedder-Policy";
constexpr std::string_view kOpenerPolicy = "Cross-Origin-Opener-Policy";
constexpr std::string_view kResourcePolicy = "Cross-Origin-Resource-Policy";
constexpr std::string_view kReferrerPolicy = "Referrer-Policy";
constexpr std::string_view kDnsPrefetch = "X-DNS-Prefetch-Control";
constexpr std::string_view kCrossDomain = "X-Permitted-Cross-Domain-Policies";

// https://helmetjs.github.io: the fourteen of version 8, in the order in which it sends them.
constexpr std::array kSwitches = {
    HeaderSwitch{"contentSecurityPolicy", "", kContentPolicy, ""},
    HeaderSwitch{"crossOriginEmbedderPolicy", "", kEmbedderPolicy, ""},
    HeaderSwitch{"crossOriginOpenerPolicy", "", kOpenerPolicy, ""},
    HeaderSwitch{"crossOriginResourcePolicy", "", kResourcePolicy, ""},
    HeaderSwitch{"originAgentCluster", "", "Origin-Agent-Cluster", "?1"},
    HeaderSwitch{"referrerPolicy", "", kReferrerPolicy, ""},
    HeaderSwitch{"strictTransportSecurity", "hsts", kTransportSecurity, ""},
    HeaderSwitch{"xContentTypeOptions", "noSniff", kTypeOptions, "nosniff"},
    HeaderSwitch{"xDnsPrefetchControl", "dnsPrefetchControl", kDnsPrefetch, ""},
    HeaderSwitch{"xDownloadOptions", "ieNoOpen", "X-Download-Options", "noopen"},
    HeaderSwitch{"xFrameOptions", "frameguard", kFrameOptions, ""},
    HeaderSwitch{"xPermittedCrossDomainPolicies", "permittedCrossDomainPolicies", kCrossDomain, ""},
    HeaderSwitch{"xPoweredBy", "hidePoweredBy", "", ""},
    HeaderSwitch{"xXssProtection", "xssFilter", kXssProtection, "0"},
};

// https://www.w3.org/TR/referrer-policy/#referrer-policies
constexpr std::array<std::string_view, 8> kReferrerPolicies = {
    "no-referrer",   "no-referrer-when-downgrade", "same-origin", "origin",
    "strict-origin", "origin-when-cross-origin",   "unsafe-url",  "strict-origin-when-cross-origin",
};

// What Imagor's hardening guide asks of a proxy in front of it.
constexpr std::array kImagorHeaders = {kTransportSecurity, kTypeOptions, kFrameOptions,
                                       kXssProtection};

Result<const HeaderSwitch*> find_switch(std::string_view name) {
    const auto found = std::ranges::find_if(kSwitches, [&](const HeaderSwitch& one) {
        return name == one.name || name == one.old_name;
    });
    if (found != kSwitches.end()) return &*found;
    const std::string_view wanted = name.substr(0, 64);
    const auto nearest = std::ranges::min_element(kSwitches, {}, [&](const HeaderSwitch& one) {
        return platform::edit_distance(wanted, one.name);
    });
    return fail(ErrorCode::config_invalid_value, "headers_off: `" + platform::printable(name) +
                                                     "`; nearest is " + std::string(nearest->name));
}

/// The policy that is sent: the operator's, judged, or the default.
Result<std::string> content_policy(const Settings& settings) {
    if (settings.content_security_policy.empty()) {
        const bool same_origin = settings.frame_options == "sameorigin";
        return std::string(same_origin ? "default-src 'none'; frame-ancestors 'self'"
                                       : security::kApiContentSecurityPolicy);
    }
    std::vector<security::CspDirective> directives;
    for (const std::string& text : split(settings.content_security_policy, ';')) {
        std::vector<std::string> words = split(text, ' ');
        security::CspDirective& directive = directives.emplace_back();
        directive.name = std::move(words.front());
        directive.values.assign(words.begin() + 1, words.end());
    }
    return security::content_security_policy(directives);
}

Status check_referrer_policy(const Settings& settings) {
    const std::vector<std::string> words = split(settings.referrer_policy, ',');
    for (const std::string& word : words) {
        if (std::ranges::find(kReferrerPolicies, word) == kReferrerPolicies.end() ||
            std::ranges::count(words, word) != 1) {
            return fail(ErrorCode::config_invalid_value,
                        "referrer_policy: `" + platform::printable(word) +
                            "` is no word of Referrer-Policy, or comes twice");
        }
    }
    if (words.empty()) return fail(ErrorCode::config_invalid_value, "referrer_policy: empty");
    return {};
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
    return text;
}

std::string transport_security(const Settings& settings) {
    std::string text = "max-age=" + std::to_string(settings.hsts_max_age_s);
    if (settings.hsts_include_subdomains) text += "; includeSubDomains";
    if (settings.hsts_preload) text += "; preload";
    return text;
}

std::string value_of(const HeaderSwitch& one, const Settings& settings, std::string_view policy) {
    const std::string_view header = one.header;
    if (header == kContentPolicy) return std::string(policy);
    if (header == kEmbedderPolicy) return settings.cross_origin_embedder_policy;
    if (header == kOpenerPolicy) return settings.cross_origin_opener_policy;
    if (header == kResourcePolicy) return settings.cross_origin_resource_policy;
    if (header == kReferrerPolicy) return joined(split(settings.referrer_policy, ','));
    if (header == kTransportSecurity) return transport_security(settings);
    if (header == kDnsPrefetch) return settings.dns_prefetch_control;
    if (header == kCrossDomain) return settings.permitted_cross_domain_policies;
    if (header == kFrameOptions) {
        return settings.frame_options == "sameorigin" ? "SAMEORIGIN" : "DENY";
    }
    const bool imagor = settings.headers_profile == "imagor";
    if (imagor && header == kXssProtection) return "1; mode=block";
    return std::string(one.value);
}

std::string name_of(const HeaderSwitch& one, const Settings& settings) {
    const bool report_only =
        one.header == kContentPolicy && settings.content_security_policy_report_only;
    return std::string(one.header) + (report_only ? "-Report-Only" : "");
}

bool in_profile(const HeaderSwitch& one, const Settings& settings) {
    if (one.header.empty()) return false;
    if (one.header == kEmbedderPolicy && settings.cross_origin_embedder_policy == "off") {
        return false;
    }
    return settings.headers_profile == "helmet" ||
           std::ranges::find(kImagorHeaders, one.header) != kImagorHeaders.end();
}

}  // namespace

Result<HeaderPolicy> HeaderPolicy::make(const Settings& settings) {
    std::vector<const HeaderSwitch*> off;
    for (const std::string& name : split(settings.headers_off, ',')) {
        const auto found = find_switch(name);
        if (!found) return std::unexpected(found.error());
        off.push_back(*found);
    }
    const auto content = content_policy(settings);
    if (!content) return std::unexpected(content.error());
    if (Status status = check_referrer_policy(settings); !status) {
        return std::unexpected(status.error());
    }
    HeaderPolicy policy;
    for (const HeaderSwitch& one : kSwitches) {
        if (!in_profile(one, settings) || std::ranges::find(off, &one) != off.end()) continue;
        HeaderField field{name_of(one, settings), value_of(one, settings, *content)};
        if (one.header == kTransportSecurity) {
            policy.over_tls_ = std::move(field);
        } else {
            policy.always_.push_back(std::move(field));
        }
    }
    return policy;
}

std::vector<HeaderField> HeaderPolicy::fields(bool encrypted) const {
    std::vector<HeaderField> fields = always_;
    if (encrypted && over_tls_) fields.push_back(*over_tls_);
    return fields;
}

}  // namespace limpid::service
