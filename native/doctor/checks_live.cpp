#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/live_probe.hpp"
#include "doctor/words.hpp"
#include "platform/printable.hpp"
#include "service/text.hpp"

// A running service, by its answers.
namespace limpid::doctor {
namespace {

/// The answer to a probe; null when there is none.
const HttpReply* reply_to(const Subject& subject, std::string_view name) {
    for (const auto& [probe, reply] : subject.live->replies) {
        if (probe == name) return reply ? &*reply : nullptr;
    }
    return nullptr;
}

/// Calls `judge` with the answer to a probe.
template <class Judge>
Outcome with_reply(const Subject& subject, std::string_view name, Judge judge) {
    if (!subject.live) return skipped("no --live");
    const HttpReply* const reply = reply_to(subject, name);
    return reply == nullptr ? skipped("it was not answered") : judge(*reply);
}

Outcome judge_status(const HttpReply& reply, int expected) {
    if (reply.status == expected) return fine();
    return found("the status is " + std::to_string(reply.status) + ", not " +
                 std::to_string(expected));
}

/// Headers that Helmet 8 sends and a client can rely on, and a part of their value.
struct SecurityHeader {
    std::string_view name, value;
};
constexpr std::array kSecurityHeaders = {
    SecurityHeader{"Content-Security-Policy", "default-src 'none'"},
    SecurityHeader{"X-Content-Type-Options", "nosniff"},
    SecurityHeader{"X-Frame-Options", "DENY"},
    SecurityHeader{"Referrer-Policy", "no-referrer"},
    SecurityHeader{"Cross-Origin-Resource-Policy", "same-origin"},
};

std::string missing_headers(const HttpReply& reply) {
    std::vector<std::string> missing;
    for (const SecurityHeader& header : kSecurityHeaders) {
        const auto value = reply.field(header.name);
        if (!value || !value->contains(header.value)) missing.emplace_back(header.name);
    }
    return listed(missing);
}

bool has_rate_headers(const HttpReply& reply) {
    return std::ranges::any_of(reply.fields, [](const security::HeaderField& field) {
        const std::string name = service::lower_case(field.name);
        return name.starts_with("ratelimit") || name.starts_with("x-ratelimit");
    });
}

/// Text that only the inside of a program or a proxy's error page has.
bool tells_of_the_inside(std::string_view body) {
    constexpr std::array<std::string_view, 8> kSigns = {
        "<html", "<HTML", "/usr/", "/home/", "/src/", "Traceback", "   at ", "exception",
    };
    return std::ranges::any_of(kSigns, [&](std::string_view sign) { return body.contains(sign); });
}

bool has_digit(std::string_view text) {
    return text.find_first_of("0123456789") != std::string_view::npos;
}

}  // namespace

Outcome live_reachable(const Subject& subject) {
    if (!subject.live) return skipped("no --live");
    if (subject.live->replies.empty()) return found("nothing was asked");
    const auto& first = subject.live->replies.front().second;
    return first ? fine() : found(first.error().found());
}

Outcome live_encryption(const Subject& subject) {
    if (!subject.live) return skipped("no --live");
    const HttpUrl& url = subject.live->url;
    return url.https || url.is_loopback() ? fine() : found("http://" + url.authority());
}

Outcome live_ready(const Subject& subject) {
    return with_reply(subject, kProbeReady,
                      [](const HttpReply& reply) { return judge_status(reply, 200); });
}

Outcome live_authentication(const Subject& subject) {
    return with_reply(subject, kProbeNoKey,
                      [](const HttpReply& reply) { return judge_status(reply, 401); });
}

Outcome live_wrong_key(const Subject& subject) {
    return with_reply(subject, kProbeWrongKey, [&](const HttpReply& reply) {
        const HttpReply* const without = reply_to(subject, kProbeNoKey);
        if (reply.status != 401) return judge_status(reply, 401);
        if (without == nullptr || without->status != 401) return skipped("nothing to compare with");
        // The bodies differ in the id of the request, which has one length.
        return reply.body.size() == without->body.size() ? fine() : found("the two answers differ");
    });
}

Outcome live_key(const Subject& subject) {
    if (subject.live && !subject.live->with_key) return skipped("no --key");
    return with_reply(subject, kProbeKey,
                      [](const HttpReply& reply) { return judge_status(reply, 200); });
}

Outcome live_metrics_hidden(const Subject& subject) {
    return with_reply(subject, kProbeMetrics, [](const HttpReply& reply) {
        return reply.status == 200 ? found("/metrics is answered") : fine();
    });
}

Outcome live_rate_headers(const Subject& subject) {
    return with_reply(subject, kProbeNoKey, [](const HttpReply& reply) {
        return has_rate_headers(reply) ? fine() : found("there is no RateLimit header");
    });
}

Outcome live_security_headers(const Subject& subject) {
    if (!subject.live) return skipped("no --live");
    std::vector<std::string> wrong;
    bool any = false;
    for (const std::string_view name : {kProbeReady, kProbeNoKey, kProbeNotFound}) {
        const HttpReply* const reply = reply_to(subject, name);
        if (reply == nullptr) continue;
        any = true;
        const std::string missing = missing_headers(*reply);
        if (!missing.empty()) {
            wrong.push_back(std::to_string(reply->status) + " lacks " + missing);
        }
    }
    return any ? found_if(listed(wrong)) : skipped("it was not answered");
}

Outcome live_hsts(const Subject& subject) {
    if (subject.live && !subject.live->url.https) return skipped("it is not HTTPS");
    return with_reply(subject, kProbeReady, [](const HttpReply& reply) {
        return reply.field("Strict-Transport-Security") ? fine() : found("the header is missing");
    });
}

Outcome live_foreign_origin(const Subject& subject) {
    return with_reply(subject, kProbeForeignOrigin, [](const HttpReply& reply) {
        const auto allowed = reply.field("Access-Control-Allow-Origin");
        return allowed ? found("it allows " + platform::printable(*allowed)) : fine();
    });
}

Outcome live_body_limit(const Subject& subject) {
    return with_reply(subject, kProbeLargeBody, [&](const HttpReply& reply) {
        // Who is not let in is refused before anybody looks at the size.
        if (!subject.live->with_key && reply.status == 401) return fine("with 401");
        return judge_status(reply, 413);
    });
}

Outcome live_redaction(const Subject& subject) {
    if (!subject.live) return skipped("no --live");
    std::vector<std::string> shown;
    for (const auto& [probe, reply] : subject.live->replies) {
        if (!reply) continue;
        const bool in_fields = std::ranges::any_of(reply->fields, [&](const auto& field) {
            return field.value.contains(subject.live->canary);
        });
        if (in_fields || reply->body.contains(subject.live->canary)) {
            shown.push_back(probe + " shows it");
        }
    }
    return found_if(listed(shown));
}

Outcome live_error_pages(const Subject& subject) {
    return with_reply(subject, kProbeNotFound, [](const HttpReply& reply) {
        const auto type = reply.field("Content-Type");
        if (type != "application/problem+json") {
            return found("its Content-Type is " + platform::printable(type.value_or("missing")));
        }
        return tells_of_the_inside(reply.body) ? found("the body names paths or code") : fine();
    });
}

Outcome live_server_version(const Subject& subject) {
    return with_reply(subject, kProbeNotFound, [](const HttpReply& reply) {
        for (const std::string_view name : {"Server", "X-Powered-By", "Via"}) {
            const auto value = reply.field(name);
            if (value && has_digit(*value)) {
                return found(std::string(name) + ": " + platform::printable(*value));
            }
        }
        return fine();
    });
}

Outcome live_trace_method(const Subject& subject) {
    return with_reply(subject, kProbeTrace, [](const HttpReply& reply) {
        return reply.status < 400 ? judge_status(reply, 405) : fine();
    });
}

Outcome live_storage(const Subject& subject) {
    return with_reply(subject, kProbeNoKey, [](const HttpReply& reply) {
        const auto value = reply.field("Cache-Control");
        return value && value->contains("no-store") ? fine()
                                                    : found("Cache-Control does not say no-store");
    });
}

}  // namespace limpid::doctor
