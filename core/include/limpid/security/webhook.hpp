#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/replay_store.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

class KeyAccess;
class KeyMaterial;

/// How a sender signs its deliveries.
enum class WebhookDialect : std::uint8_t {
    /// Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`; signatures
    /// `v1,` (HMAC-SHA256) and `v1a,` (Ed25519) over `id.timestamp.body`.
    standard,
    /// The same under Svix' own names: `svix-id`, `svix-timestamp`, `svix-signature`.
    svix,
    /// `X-Hub-Signature-256: sha256=<hex>` over the body. No signed time.
    github,
    /// `Stripe-Signature: t=<time>,v1=<hex>[,v1=<hex>...]` over `time.body`.
    stripe,
    /// Lower-case hex of HMAC-SHA256 over the body, in a header of the caller's choice
    /// (WebhookPolicy::signature_header). What VIESUS sends. No signed time.
    hex,
};

/// What a WebhookKey holds.
enum class WebhookKeyKind : std::uint8_t {
    /// An HMAC key given as the bytes it is.
    raw_secret,
    /// An HMAC key that was written as `whsec_` and base64.
    standard_secret,
    ed25519_public,
    ed25519_private,
};

/// One key to verify or sign with. Copies share the bytes, which are wiped with the last of them.
class LIMPID_API WebhookKey {
public:
    /// A key to verify with, in the text form of Standard Webhooks: `whsec_` (24..64 secret bytes,
    /// which sign as well) or `whpk_` (Ed25519 public key), then padded base64.
    ///
    /// Stripe's secrets look the same but are used as text: give those to raw_secret().
    ///
    /// @param id  names the key in answers and logs; at most 64 bytes of printable ASCII, may be
    ///            empty.
    /// @return key.malformed, key.too_short; key.wrong_kind for a private key. Errors never hold
    /// the key.
    [[nodiscard]] static Result<WebhookKey> parse(std::string_view text, std::string_view id = {});

    /// `whsk_` and padded base64: an Ed25519 private key, the 32-byte seed alone or followed by its
    /// public key. Not in a library that cannot sign (LIMPID_VERIFY_ONLY).
    /// @return as parse().
    [[nodiscard]] static Result<WebhookKey> parse_private(std::string_view text,
                                                          std::string_view id = {});

    /// An HMAC key as it is: GitHub's and Stripe's secrets are the text itself.
    /// @param secret  16..1024 bytes, copied. @return key.too_short, key.malformed.
    [[nodiscard]] static Result<WebhookKey> raw_secret(Bytes secret, std::string_view id = {});

    /// The name it was given.
    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    /// What it holds.
    [[nodiscard]] WebhookKeyKind kind() const noexcept { return kind_; }

private:
    friend class KeyAccess;
    WebhookKey(WebhookKeyKind kind, std::string_view id,
               std::shared_ptr<const KeyMaterial> material);

    WebhookKeyKind kind_;
    std::string id_;
    // ed25519_private: 64 bytes, seed and public key.
    std::shared_ptr<const KeyMaterial> material_;
};

/// One header line of a request, borrowed. Names are compared without regard to ASCII case.
struct WebhookHeader {
    std::string_view name;
    std::string_view value;
};

/// Limits and choices of a verifier or signer.
struct WebhookPolicy {
    /// How far a signed time may lie in the past or in the future, in seconds; 0..86,400.
    std::int64_t tolerance_s = 300;
    /// How long deliveries without signed time (github, hex) are remembered by the ReplayStore, in
    /// seconds; 1..31,536,000.
    std::int64_t replay_memory_s = 86'400;
    /// The header that carries the signature, for dialect hex only; must be set there.
    std::string signature_header = {};
};

/// What is known of a delivery that was verified.
struct VerifiedWebhook {
    /// The sender's id of the message (standard, svix), else empty.
    std::string message_id;
    /// The signed time; absent in the dialects that sign none.
    std::optional<UnixSeconds> timestamp;
    /// WebhookKey::id() of the key that matched, and its place in the verifier's list.
    std::string key_id;
    std::size_t key_index = 0;
    /// What the ReplayStore knows the delivery by. Give it to ReplayStore::forget() when handling
    /// fails and the sender's next attempt should be let in.
    std::string replay_id;
};

/// Tells genuine deliveries from others. Immutable: share it between threads.
class LIMPID_API WebhookVerifier {
public:
    /// @param keys  1..16, of kinds the dialect knows: all of one sender, old and new during a
    ///              rotation. Private keys verify too.
    /// @return key.none when there are no keys: nothing is ever accepted unsigned;
    ///         key.wrong_kind for a key that the dialect cannot use; argument.invalid for a policy
    ///         outside its ranges.
    [[nodiscard]] static Result<WebhookVerifier> create(WebhookDialect dialect,
                                                        std::vector<WebhookKey> keys,
                                                        WebhookPolicy policy = {});

    /// Verify one delivery.
    ///
    /// Every HMAC key is tried against every signature, in time that depends on their number only.
    /// Signatures of versions nobody knows yet are passed over; at most 16 signatures are read, and
    /// header values of at most 4096 bytes.
    ///
    /// @param body     as received: before any decoding, parsing or change of line ends.
    /// @param headers  all headers of the request, borrowed; at most 256. One that is needed and
    ///                 comes twice is refused.
    /// @param replays  asked last; null: copies within the tolerance are not noticed.
    /// @return webhook.missing_header, webhook.malformed_header,
    ///         webhook.timestamp_out_of_tolerance, webhook.signature_mismatch, webhook.replayed,
    ///         webhook.replay_store_unavailable, memory.exhausted.
    /// Thread-safe if the store is. Never throws; hostile headers are normal input.
    [[nodiscard]] Result<VerifiedWebhook> verify(Bytes body, std::span<const WebhookHeader> headers,
                                                 UnixSeconds now,
                                                 ReplayStore* replays = nullptr) const;

private:
    WebhookVerifier(WebhookDialect dialect, std::vector<WebhookKey> keys, WebhookPolicy policy);

    WebhookDialect dialect_;
    std::vector<WebhookKey> keys_;
    WebhookPolicy policy_;
};

/// A header to send.
struct SignedWebhookHeader {
    std::string name;
    std::string value;
};

/// Signs deliveries. Immutable: share it between threads. Not in a library that cannot sign
/// (LIMPID_VERIFY_ONLY).
class LIMPID_API WebhookSigner {
public:
    /// @param keys  standard, svix, stripe: 1..16, and each signs, so that receivers can change
    ///              theirs while both are valid. github, hex: exactly one.
    /// @return as WebhookVerifier::create(); key.wrong_kind also for a public key.
    [[nodiscard]] static Result<WebhookSigner> create(WebhookDialect dialect,
                                                      std::vector<WebhookKey> keys,
                                                      WebhookPolicy policy = {});

    /// The headers that make `body` a genuine delivery, lower-case names but for the dialects whose
    /// senders write others.
    ///
    /// @param message_id  standard and svix: 1..256 bytes of printable ASCII without a full stop,
    ///                    the same for every attempt to deliver one message. Elsewhere ignored.
    /// @param now         0..99,999,999,999; what the timestamp says.
    /// @return argument.invalid, memory.exhausted. Thread-safe.
    [[nodiscard]] Result<std::vector<SignedWebhookHeader>> sign(Bytes body,
                                                                std::string_view message_id,
                                                                UnixSeconds now) const;

private:
    WebhookSigner(WebhookDialect dialect, std::vector<WebhookKey> keys, WebhookPolicy policy);

    WebhookDialect dialect_;
    std::vector<WebhookKey> keys_;
    WebhookPolicy policy_;
};

}  // namespace limpid::security
