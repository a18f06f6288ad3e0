#pragma once

#include <optional>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/secret_source.hpp"
#include "limpid/security/signed_url.hpp"
#include "limpid/security/webhook.hpp"
#include "service/log.hpp"
#include "service/settings.hpp"

namespace limpid::service {

namespace outbound {
class Outbound;
}
namespace sources {
class Sources;
}

/// The secrets of this process that may be replaced while it runs. Nothing: there is none.
struct LiveSecrets {
    std::optional<security::Secret> url_keys;
    std::optional<security::Secret> webhook_secret;
};

/// Find them where the settings and the environment say.
/// @param reader  gives a variable each time it is asked; see LastingReader.
/// @return as resolve().
[[nodiscard]] Result<LiveSecrets> read_live_secrets(const Settings& settings,
                                                    security::SecretReader& reader,
                                                    security::RandomSource& random);

/// Keep those that are not in `known` out of the log. Short ones would be found by chance in
/// ordinary text, and are passed over. @return as Log::hide().
[[nodiscard]] Status hide_new(Log& log, const LiveSecrets& known, const LiveSecrets& next);

/// Keys made of secrets, for whoever uses them. Nothing: nobody does.
struct LiveKeys {
    std::optional<security::SignedUrls> urls;
    std::optional<security::WebhookSigner> signer;
};

/// Make the keys that take the place of those that are in use; changes nothing yet.
/// @param sources, outbound  who has keys now; null: nobody. A secret that nobody has had since the
///     start is for the next start.
/// @return key.none or secret.not_found for a secret that is in use and gone; as read_url_keys()
///     and WebhookKey::parse().
[[nodiscard]] Result<LiveKeys> make_live_keys(const LiveSecrets& secrets,
                                              const sources::Sources* sources,
                                              const outbound::Outbound* outbound);

}  // namespace limpid::service
