#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "audit/record.hpp"
#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"
#include "limpid/security/webhook.hpp"
#include "service/jobs/webhook_sender.hpp"
#include "service/log.hpp"
#include "service/outbound/alerts.hpp"
#include "service/outbound/authority.hpp"
#include "service/outbound/curl_client.hpp"
#include "service/outbound/host_rules.hpp"
#include "service/outbound/key_source.hpp"
#include "service/settings.hpp"

namespace limpid::service::outbound {

/// What a webhook_secret signs with: `whsec_` and base64, or any text.
/// @return as WebhookKey::parse() and raw_secret().
[[nodiscard]] Result<security::WebhookSigner> read_webhook_secret(const security::Secret& secret);

/// Everything that calls other servers. Nothing does until settings name what and where. Not
/// thread-safe; for the thread that runs the executor.
class Outbound {
public:
    /// What it works with; borrowed.
    struct World {
        security::RandomSource& random;
        Log& log;
        /// Of settings.webhook_secret; null: there is none. For make() only.
        const security::Secret* webhook_secret = nullptr;
    };

    /// @return config.invalid_value for an address that outbound_hosts does not allow, and as
    ///         HostRules::make(), CurlClient::make(), parse_webhook_schedule(),
    ///         parse_forwarded_headers() and WebhookKey::parse().
    [[nodiscard]] static Result<std::unique_ptr<Outbound>> make(
        const boost::asio::any_io_executor& executor, const Settings& settings, World world);

    /// Begin to fetch what has to be there before the first request.
    void start();

    [[nodiscard]] Client& client() noexcept { return *client_; }
    /// May jobs tell this address of their end? It must be https, or http to an address of
    /// outbound_networks. @return webhook.refused_target.
    [[nodiscard]] Status check_webhook(const std::string& url) const;
    /// Is there a webhook_secret?
    [[nodiscard]] bool signs() const noexcept { return signer_.has_value(); }
    /// Sign alerts by another secret from now on.
    void sign_by(const security::WebhookSigner& signer);
    /// What jobs::WebhookSender works with; nothing: there is no webhook_secret.
    [[nodiscard]] std::optional<jobs::WebhookSender::World> webhook_world();
    /// Null: settings name none.
    [[nodiscard]] Authority* authority() noexcept { return authority_.get(); }
    [[nodiscard]] KeySource* key_source() noexcept { return key_source_.get(); }
    /// Something happened that may alarm somebody.
    void alert(const audit::Event& event) {
        if (alerts_) alerts_->note(event);
    }
    /// Why requests cannot be served yet; nothing: they can.
    [[nodiscard]] std::optional<Error> trouble() const;
    /// Text exposition format 0.0.4. @param webhooks  null: jobs tell nobody.
    [[nodiscard]] std::string metrics_text(const jobs::WebhookSender::Counts* webhooks) const;

private:
    Outbound(World world, HostRules rules) : world_(world), rules_(std::move(rules)) {}
    [[nodiscard]] Status make_authority(const Settings& settings);
    [[nodiscard]] Status make_webhooks(const Settings& settings);
    [[nodiscard]] Status check_url(const char* setting, const std::string& url) const;

    World world_;
    HostRules rules_;
    std::unique_ptr<CurlClient> client_;
    std::optional<security::WebhookSigner> signer_;
    jobs::WebhookSender::Schedule schedule_;
    std::unique_ptr<Authority> authority_;
    std::unique_ptr<KeySource> key_source_;
    std::unique_ptr<Alerts> alerts_;
};

}  // namespace limpid::service::outbound
