#include "doctor/live_probe.hpp"

#include <string>
#include <utility>
#include <vector>

namespace limpid::doctor {
namespace {

// Of the form of a key, so that what redacts by form knows it; nobody has it.
constexpr std::string_view kCanary =
    "lmp_doctor00_canary0canary0canary0canary0canary0canary0_000000";

struct NamedRequest {
    std::string_view name;
    HttpRequest request;
};

std::vector<NamedRequest> requests(const security::Secret* key) {
    const std::string canary(kCanary);
    std::vector<security::HeaderField> credential;
    if (key != nullptr) credential = {{"x-api-key", std::string(key->expose_text())}};
    std::vector<NamedRequest> all = {
        {kProbeReady, {.path = "/readyz"}},
        {kProbeNoKey, {.method = "POST", .path = "/v1/inspect"}},
        {kProbeWrongKey,
         {.method = "POST", .path = "/v1/inspect", .fields = {{"x-api-key", canary}}}},
        {kProbeNotFound,
         {.path = "/limpid-doctor?token=" + canary,
          .fields = {{"Authorization", "Bearer " + canary}, {"Cookie", "session=" + canary}}}},
        {kProbeForeignOrigin,
         {.path = "/readyz", .fields = {{"Origin", "https://limpid-doctor.invalid"}}}},
        {kProbeMetrics, {.path = "/metrics"}},
        {kProbeLargeBody,
         {.method = "POST",
          .path = "/v1/enhance",
          .fields = credential,
          .announced_bytes = std::uint64_t{1} << 40U}},
        {kProbeTrace, {.method = "TRACE", .path = "/"}},
    };
    if (key != nullptr) {
        all.push_back({kProbeKey, {.path = "/openapi.json", .fields = credential}});
    }
    return all;
}

}  // namespace

LiveFacts probe(const HttpUrl& url, const security::Secret* key, const HttpOptions& options) {
    LiveFacts facts{.url = url, .with_key = key != nullptr, .canary = std::string(kCanary)};
    const std::string base =
        url.path.ends_with('/') ? url.path.substr(0, url.path.size() - 1) : url.path;
    for (NamedRequest& named : requests(key)) {
        named.request.path = base + named.request.path;
        auto reply = http_request(url, named.request, options);
        const bool answered = reply.has_value();
        facts.replies.emplace_back(std::string(named.name), std::move(reply));
        if (!answered && named.name == kProbeReady) break;
    }
    return facts;
}

}  // namespace limpid::doctor
