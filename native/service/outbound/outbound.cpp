#include "service/outbound/outbound.hpp"

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "service/outbound/url.hpp"
#include "service/prometheus_text.hpp"

namespace limpid::service::outbound {
namespace {

constexpr std::string_view kStandardForm = "whsec_";

using Samples = std::initializer_list<std::pair<std::string_view, std::uint64_t>>;

void counters(std::string& out, std::string_view name, std::string_view help,
              const Samples& samples) {
    prometheus::head(out, name, "counter", help);
    for (const auto& [result, count] : samples) {
        prometheus::sample(out, name, prometheus::label("result", result),
                           static_cast<double>(count));
    }
}

}  // namespace

Result<security::WebhookSigner> read_webhook_secret(const security::Secret& secret) {
    auto key = secret.expose_text().starts_with(kStandardForm)
                   ? security::WebhookKey::parse(secret.expose_text())
                   : security::WebhookKey::raw_secret(secret.expose());
    if (!key) return std::unexpected(std::move(key).error());
    return security::WebhookSigner::create(security::WebhookDialect::standard, {*std::move(key)});
}

Result<std::unique_ptr<Outbound>> Outbound::make(const boost::asio::any_io_executor& executor,
                                                 const Settings& settings, World world) {
    auto rules = HostRules::make(settings.outbound_hosts, settings.outbound_networks);
    if (!rules) return std::unexpected(std::move(rules).error());
    std::unique_ptr<Outbound> outbound(new Outbound(world, *rules));
    auto client = CurlClient::make(executor, *std::move(rules), settings.outbound_ca_file);
    if (!client) return std::unexpected(std::move(client).error());
    outbound->client_ = *std::move(client);
    if (Status status = outbound->make_webhooks(settings); !status) {
        return std::unexpected(std::move(status).error());
    }
    if (Status status = outbound->make_authority(settings); !status) {
        return std::unexpected(std::move(status).error());
    }
    for (const auto& [name, url] : {std::pair("jwt_keys_url", &settings.jwt_keys_url),
                                    std::pair("alert_webhook", &settings.alert_webhook)}) {
        if (url->empty()) continue;
        if (Status status = outbound->check_url(name, *url); !status) {
            return std::unexpected(std::move(status).error());
        }
    }
    if (!settings.jwt_keys_url.empty()) {
        outbound->key_source_ = std::make_unique<KeySource>(
            executor, *outbound->client_, settings.jwt_keys_url,
            [&log = world.log](const Error& error) { log.error(error, {}); });
    }
    if (!settings.alert_webhook.empty()) {
        if (!outbound->signer_) {
            return fail(ErrorCode::config_invalid_value, "alert_webhook needs webhook_secret");
        }
        outbound->alerts_ = std::make_unique<Alerts>(
            executor, *outbound->client_, settings.alert_webhook, *outbound->signer_, world.random);
    }
    return outbound;
}

Status Outbound::check_url(const char* setting, const std::string& url) const {
    const auto parsed = parse_trusted_url(url, rules_);
    if (parsed) return {};
    return fail(ErrorCode::config_invalid_value,
                std::string(setting) + ": " + parsed.error().found());
}

Status Outbound::make_webhooks(const Settings& settings) {
    auto schedule = jobs::parse_webhook_schedule(settings.webhook_schedule);
    if (!schedule) return std::unexpected(std::move(schedule).error());
    schedule_ = *std::move(schedule);
    if (world_.webhook_secret == nullptr) return {};
    auto signer = read_webhook_secret(*world_.webhook_secret);
    if (!signer) return std::unexpected(std::move(signer).error());
    signer_ = *std::move(signer);
    return {};
}

void Outbound::sign_by(const security::WebhookSigner& signer) {
    signer_ = signer;
    if (alerts_) alerts_->sign_by(signer);
}

Status Outbound::make_authority(const Settings& settings) {
    auto headers = parse_forwarded_headers(settings.auth_forward_headers);
    if (!headers) return std::unexpected(std::move(headers).error());
    if (settings.auth_forward_url.empty()) return {};
    if (Status status = check_url("auth_forward_url", settings.auth_forward_url); !status) {
        return status;
    }
    authority_ = std::make_unique<Authority>(
        *client_,
        Authority::Options{.url = settings.auth_forward_url,
                           .ttl = std::chrono::seconds(settings.auth_forward_ttl_s),
                           .timeout = std::chrono::milliseconds(settings.auth_forward_timeout_ms),
                           .headers = *std::move(headers)},
        [&log = world_.log](const Error& error) { log.error(error, {}); });
    return {};
}

void Outbound::start() {
    if (key_source_) key_source_->start();
}

Status Outbound::check_webhook(const std::string& url) const {
    if (signer_ && parse_trusted_url(url, rules_)) return {};
    return fail(ErrorCode::webhook_refused_target);
}

std::optional<jobs::WebhookSender::World> Outbound::webhook_world() {
    if (!signer_) return std::nullopt;
    return jobs::WebhookSender::World{
        .client = *client_, .signer = *signer_, .schedule = schedule_, .random = world_.random};
}

std::optional<Error> Outbound::trouble() const {
    if (!key_source_ || !key_source_->keys().empty()) return std::nullopt;
    return Error(ErrorCode::authority_unavailable, "the keys of jwt_keys_url are not there yet");
}

std::string Outbound::metrics_text(const jobs::WebhookSender::Counts* webhooks) const {
    std::string out;
    const CurlClient::Counts& calls = client_->counts();
    counters(out, "outbound_calls_total", "Calls of other servers.",
             {{"answered", calls.answered}, {"failed", calls.failed}, {"refused", calls.refused}});
    if (webhooks != nullptr) {
        counters(out, "webhook_deliveries_total",
                 "Webhooks of jobs that were delivered, tries that failed, and webhooks given up.",
                 {{"delivered", webhooks->delivered},
                  {"failed", webhooks->failed},
                  {"dead", webhooks->dead}});
        prometheus::single(out, "webhooks_pending", "gauge", "Webhooks of jobs that wait.",
                           static_cast<double>(webhooks->pending));
    }
    if (authority_) {
        const Authority::Counts& asked = authority_->counts();
        counters(out, "authority_verdicts_total", "Credentials that an authority was asked about.",
                 {{"accepted", asked.accepted},
                  {"refused", asked.refused},
                  {"failed", asked.failed},
                  {"cached", asked.cached},
                  {"skipped", asked.skipped}});
        prometheus::single(out, "authority_open", "gauge",
                           "1 while the authority is not asked because it failed.",
                           authority_->is_open() ? 1 : 0);
    }
    if (key_source_) {
        counters(
            out, "jwt_keys_fetches_total", "Times that the keys of tokens were fetched.",
            {{"fetched", key_source_->counts().fetched}, {"failed", key_source_->counts().failed}});
    }
    if (alerts_) {
        counters(out, "alerts_total", "Alerts that were sent to alert_webhook, or were not.",
                 {{"delivered", alerts_->counts().delivered},
                  {"failed", alerts_->counts().failed},
                  {"suppressed", alerts_->counts().suppressed}});
    }
    return out;
}

}  // namespace limpid::service::outbound
