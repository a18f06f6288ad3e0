#include <algorithm>
#include <string>
#include <utility>

#include "doctor/authentication.hpp"
#include "doctor/check.hpp"
#include "doctor/words.hpp"
#include "limpid/security/forwarded.hpp"
#include "platform/printable.hpp"
#include "service/outbound/host_rules.hpp"
#include "service/redis/redis_address.hpp"
#include "service/text.hpp"

// Who can reach the service, whom it believes, and whom it dials.
namespace limpid::doctor {
namespace {

bool is_readable(const ListenFacts& listen) { return !listen.address.addresses.empty(); }

bool is_open(const ListenFacts& listen) {
    return std::ranges::any_of(listen.address.addresses, [](const security::IpAddress& address) {
        return !service::is_loopback(address);
    });
}

Outcome no_listener() { return skipped("the address cannot be read"); }

}  // namespace

Outcome net_address(const Subject& subject) {
    if (!subject.config.settings) return skipped("the settings cannot be read");
    if (!is_readable(subject.listen)) return found(platform::printable(subject.listen.text));
    for (const auto* const listen : {&subject.metrics_listen, &subject.admin_listen}) {
        if (*listen && !is_readable(**listen)) return found(platform::printable((*listen)->text));
    }
    return fine();
}

Outcome net_exposure(const Subject& subject) {
    if (!subject.config.settings || !is_readable(subject.listen)) return no_listener();
    const Status status =
        service::check_exposure(subject.listen.address, asks_for_credentials(subject));
    return status ? fine() : found(status.error().found());
}

Outcome net_metrics_exposure(const Subject& subject) {
    if (!subject.metrics_listen) return skipped("no metrics_listen");
    if (!is_readable(*subject.metrics_listen)) return no_listener();
    return is_open(*subject.metrics_listen) ? found(subject.metrics_listen->text) : fine();
}

Outcome net_admin_exposure(const Subject& subject) {
    if (!subject.admin_listen) return skipped("no admin_listen");
    if (!is_readable(*subject.admin_listen)) return no_listener();
    return is_open(*subject.admin_listen) ? found(subject.admin_listen->text) : fine();
}

Outcome net_plain_http(const Subject& subject) {
    if (!subject.config.settings || !is_readable(subject.listen)) return no_listener();
    if (!is_open(subject.listen)) return fine("it listens on loopback");
    if (subject.tls) return fine("it has a certificate");
    const auto proxies = security::TrustedProxies::parse(subject.config.settings->trust_proxy);
    const bool behind_front = proxies && !proxies->trusts_everybody() &&
                              subject.config.settings->trust_proxy != "false" &&
                              subject.config.settings->trust_proxy != "0";
    if (behind_front) return fine("a front is named in trust_proxy");
    return found(subject.listen.text + " without TLS");
}

Outcome net_trust_proxy(const Subject& subject) {
    if (!subject.config.settings) return skipped("the settings cannot be read");
    const auto proxies = security::TrustedProxies::parse(subject.config.settings->trust_proxy);
    if (!proxies) return found(proxies.error().message());
    return proxies->trusts_everybody() ? found("trust_proxy = true") : fine();
}

Outcome net_privileged_port(const Subject& subject) {
    if (!subject.config.settings || !is_readable(subject.listen)) return no_listener();
    const auto port = subject.listen.address.port;
    return port == 0 || port >= 1024 ? fine() : found("port " + std::to_string(port));
}

Outcome net_by_name(const Subject& subject) {
    if (!subject.config.settings) return skipped("the settings cannot be read");
    if (subject.listen.by_name) return found(platform::printable(subject.listen.text));
    for (const auto* const listen : {&subject.metrics_listen, &subject.admin_listen}) {
        if (*listen && (*listen)->by_name) return found(platform::printable((*listen)->text));
    }
    return fine();
}

Outcome net_redis(const Subject& subject) {
    if (!subject.config.settings) return skipped("the settings cannot be read");
    const std::string& url = subject.config.settings->redis_url;
    if (url.empty()) return skipped("no redis_url");
    const auto address = service::redis::parse_redis_url(url);
    return address ? fine() : found(address.error().found());
}

Outcome net_outbound(const Subject& subject) { return found_if(listed(subject.outbound)); }

Outcome net_outbound_hosts(const Subject& subject) {
    if (!subject.config.settings) return skipped("the settings cannot be read");
    const service::Settings& settings = *subject.config.settings;
    const auto rules =
        service::outbound::HostRules::make(settings.outbound_hosts, settings.outbound_networks);
    if (!rules) return found(rules.error().found());
    for (const auto& [name, text] : {std::pair("auth_forward_url", &settings.auth_forward_url),
                                     std::pair("jwt_keys_url", &settings.jwt_keys_url),
                                     std::pair("alert_webhook", &settings.alert_webhook)}) {
        if (text->empty()) continue;
        const auto url = parse_http_url(*text);
        if (!url) return found(std::string(name) + " is no http or https URL");
        const std::string host = url->host.contains(':') ? "[" + url->host + "]" : url->host;
        if (const Status status = rules->check(host, url->port, url->https); !status) {
            return found(std::string(name) + ": " + status.error().found());
        }
    }
    return fine();
}

Outcome net_outbound_any(const Subject& subject) {
    if (!subject.config.settings) return skipped("the settings cannot be read");
    for (const std::string& host : service::split(subject.config.settings->outbound_hosts, ',')) {
        if (host == "*" || host.starts_with("*:")) return found(host);
    }
    return fine();
}

}  // namespace limpid::doctor
