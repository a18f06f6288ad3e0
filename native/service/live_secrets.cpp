#include "service/live_secrets.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "limpid/security/redact.hpp"
#include "service/outbound/outbound.hpp"
#include "service/settings_sources.hpp"
#include "service/sources/sources.hpp"

namespace limpid::service {
namespace {

using Member = std::optional<security::Secret> LiveSecrets::*;
constexpr std::array<Member, 2> kLiveSecrets = {&LiveSecrets::url_keys,
                                                &LiveSecrets::webhook_secret};

bool is_same(const std::optional<security::Secret>& one,
             const std::optional<security::Secret>& other) {
    return one && other && std::ranges::equal(one->expose(), other->expose());
}

const security::Secret* address_of(const std::optional<security::Secret>& secret) {
    return secret ? &*secret : nullptr;
}

}  // namespace

Result<LiveSecrets> read_live_secrets(const Settings& settings, security::SecretReader& reader,
                                      security::RandomSource& random) {
    auto webhook_secret = resolve("webhook_secret", settings.webhook_secret, reader, random);
    if (!webhook_secret) return std::unexpected(std::move(webhook_secret).error());
    // Keys in hexadecimal, whose length is looked at where they are read.
    auto url_keys = resolve("url_keys", settings.url_keys, reader, random, {.min_characters = 0});
    if (!url_keys) return std::unexpected(std::move(url_keys).error());
    return LiveSecrets{.url_keys = *std::move(url_keys),
                       .webhook_secret = *std::move(webhook_secret)};
}

Status hide_new(Log& log, const LiveSecrets& known, const LiveSecrets& next) {
    for (const Member member : kLiveSecrets) {
        const auto& secret = next.*member;
        if (!secret || secret->size() < security::RedactionSet::kMinBytes) continue;
        if (is_same(known.*member, secret)) continue;
        if (Status status = log.hide(*secret); !status) return status;
    }
    return {};
}

Result<LiveKeys> make_live_keys(const LiveSecrets& secrets, const sources::Sources* sources,
                                const outbound::Outbound* outbound) {
    LiveKeys keys;
    if (sources != nullptr) {
        auto urls = sources->read_keys(address_of(secrets.url_keys));
        if (!urls) return std::unexpected(std::move(urls).error());
        keys.urls = *std::move(urls);
    }
    if (outbound != nullptr && outbound->signs()) {
        if (!secrets.webhook_secret) return fail(ErrorCode::secret_not_found, "webhook_secret");
        auto signer = outbound::read_webhook_secret(*secrets.webhook_secret);
        if (!signer) return std::unexpected(std::move(signer).error());
        keys.signer = *std::move(signer);
    }
    return keys;
}

}  // namespace limpid::service
