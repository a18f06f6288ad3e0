#include "limpid/security/signed_document.hpp"

#include <utility>

#include "base/text.hpp"
#include "security/verify/envelope.hpp"

namespace limpid::security {

/// The one place where a Verified is made from nothing but bytes.
class DocumentVerifier {
public:
    static Verified<std::string> verified(Envelope&& envelope) {
        return {std::move(envelope.payload), std::move(envelope.info)};
    }
};

namespace {

constexpr std::int64_t kMaxLeeway = 86'400;

Status check_policy(const DocumentPolicy& policy) {
    if (!is_purpose(policy.purpose)) {
        return fail(ErrorCode::argument_invalid, "the policy's purpose is not a label");
    }
    if (policy.leeway_s < 0 || policy.leeway_s > kMaxLeeway) {
        return fail(ErrorCode::argument_invalid,
                    "leeway_s is " + std::to_string(policy.leeway_s) + "; the range is 0..86400");
    }
    if (policy.max_bytes > kMaxDocumentBytes) {
        return fail(ErrorCode::argument_invalid,
                    "max_bytes is " + std::to_string(policy.max_bytes) + "; at most 1048576");
    }
    return {};
}

/// Everything but the signature itself, once that was verified.
Status check_terms(const SignatureInfo& info, const DocumentPolicy& policy, UnixSeconds now) {
    if (info.issued_at.value - policy.leeway_s > now.value) {
        return fail(ErrorCode::signature_not_yet_valid,
                    "issued at " + std::to_string(info.issued_at.value));
    }
    if (info.expires_at && info.expires_at->value + policy.leeway_s <= now.value) {
        return fail(ErrorCode::signature_expired,
                    "expired at " + std::to_string(info.expires_at->value));
    }
    if (policy.min_counter && info.counter.value_or(0) < *policy.min_counter) {
        return fail(ErrorCode::signature_rolled_back,
                    "counter " + std::to_string(info.counter.value_or(0)) + "; at least " +
                        std::to_string(*policy.min_counter) + " is expected");
    }
    return {};
}

Status check_signature(const Envelope& envelope, const TrustedKeys& keys,
                       std::string_view purpose) {
    if (envelope.info.purpose != purpose) {
        return fail(
            ErrorCode::signature_wrong_purpose,
            "it is for " + excerpt(envelope.info.purpose) + ", not " + std::string(purpose));
    }
    const auto key = keys.find(envelope.info.key_id, purpose);
    if (!key) return std::unexpected(key.error());
    const std::string message = signed_bytes(envelope.info, envelope.payload);
    return verify(as_bytes(message), envelope.signature, *key);
}

}  // namespace

Result<Verified<std::string>> verify_document(std::string_view text, const TrustedKeys& keys,
                                              const DocumentPolicy& policy, UnixSeconds now) {
    Status status = check_policy(policy);
    if (!status) return std::unexpected(std::move(status).error());
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.size() > policy.max_bytes) {
        return fail(
            ErrorCode::signature_malformed,
            std::to_string(text.size()) + " bytes; at most " + std::to_string(policy.max_bytes));
    }
    Result<Envelope> envelope = parse_envelope(text);
    if (!envelope) return std::unexpected(std::move(envelope).error());
    status = check_signature(*envelope, keys, policy.purpose);
    if (status) status = check_terms(envelope->info, policy, now);
    if (!status) return std::unexpected(std::move(status).error());
    return DocumentVerifier::verified(std::move(*envelope));
}

}  // namespace limpid::security
