#include <algorithm>

#include "doctor/fixtures.hpp"
#include "doctor/good_subject.hpp"
#include "native/doctor/live_probe.hpp"

namespace limpid::doctor::test {
namespace {

Fixture status(std::string_view id, std::string_view probe, int code) {
    return {id, [probe, code](Subject& subject) { reply_of(subject, probe).status = code; }};
}

Fixture without(std::string_view id, std::string_view probe, std::string_view header) {
    return {id, [probe, header](Subject& subject) {
                std::erase_if(reply_of(subject, probe).fields,
                              [header](const auto& field) { return field.name == header; });
            }};
}

Fixture with(std::string_view id, std::string_view probe, std::string name, std::string value) {
    return {id, [probe, name, value](Subject& subject) {
                auto& fields = reply_of(subject, probe).fields;
                std::erase_if(fields, [&](const auto& field) { return field.name == name; });
                fields.push_back({name, value});
            }};
}

void hang_up(Subject& subject) {
    subject.live->replies.front().second = fail(ErrorCode::service_unreachable, "refused");
}

void use_plain_http(Subject& subject) { subject.live->url.https = false; }

void show_canary(Subject& subject) {
    reply_of(subject, kProbeNotFound).body = "{\"detail\": \"lmp_canary is unknown\"}";
}

}  // namespace

std::vector<Fixture> live_fixtures() {
    return {
        {"live.reachable", hang_up},
        {"live.encryption", use_plain_http},
        status("live.ready", kProbeReady, 503),
        status("live.authentication", kProbeNoKey, 400),
        status("live.wrong_key", kProbeWrongKey, 200),
        status("live.key", kProbeKey, 403),
        status("live.metrics_hidden", kProbeMetrics, 200),
        without("live.rate_headers", kProbeNoKey, "RateLimit"),
        without("live.security_headers", kProbeNotFound, "X-Content-Type-Options"),
        without("live.hsts", kProbeReady, "Strict-Transport-Security"),
        with("live.foreign_origin", kProbeForeignOrigin, "Access-Control-Allow-Origin", "*"),
        status("live.body_limit", kProbeLargeBody, 400),
        {"live.redaction", show_canary},
        with("live.error_pages", kProbeNotFound, "Content-Type", "text/html"),
        with("live.server_version", kProbeNotFound, "Server", "nginx/1.24.0"),
        status("live.trace_method", kProbeTrace, 200),
        without("live.storage", kProbeNoKey, "Cache-Control"),
    };
}

}  // namespace limpid::doctor::test
