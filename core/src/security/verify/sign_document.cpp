#include "limpid/security/sign_document.hpp"

#include <utility>

#include "security/validate/canonical_json.hpp"
#include "security/validate/strict_json.hpp"
#include "security/verify/envelope.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxPayloadDepth = kMaxEnvelopeDepth - 1;

Status check_terms(std::string_view purpose, const SigningTerms& terms) {
    if (!is_purpose(purpose))
        return fail(ErrorCode::argument_invalid, "the purpose is not a label");
    if (terms.issued_at.value < 0 || terms.issued_at.value > kMaxTime) {
        return fail(ErrorCode::argument_invalid, "issued_at is outside the years 1970..9999");
    }
    if (terms.expires_at &&
        (*terms.expires_at <= terms.issued_at || terms.expires_at->value > kMaxTime)) {
        return fail(ErrorCode::argument_invalid,
                    "expires_at is not after issued_at, or after 9999");
    }
    if (terms.counter.value_or(0) > kMaxCounter) {
        return fail(ErrorCode::argument_invalid, "counter is beyond 2^53 - 1");
    }
    return {};
}

}  // namespace

Result<std::string> sign_document(std::string_view payload, const SigningKey& key,
                                  std::string_view purpose, const SigningTerms& terms) {
    if (Status fit = check_terms(purpose, terms); !fit) {
        return std::unexpected(std::move(fit).error());
    }
    const auto tree = parse_strict_json(payload, kMaxPayloadDepth, ErrorCode::signature_malformed);
    if (!tree) return std::unexpected(tree.error());
    Envelope envelope{.info = {.key_id = key.id(),
                               .purpose = std::string(purpose),
                               .issued_at = terms.issued_at,
                               .expires_at = terms.expires_at,
                               .counter = terms.counter},
                      .signature = {},
                      .payload = canonical_json(*tree)};
    envelope.signature = key.sign(as_bytes(signed_bytes(envelope.info, envelope.payload)));
    std::string text = to_string(envelope);
    if (text.size() > kMaxDocumentBytes) {
        return fail(ErrorCode::signature_malformed,
                    "a document of " + std::to_string(text.size()) + " bytes; at most 1048576");
    }
    // A double above 2^53 is written as an integer, which readers would refuse.
    if (const auto readable = parse_envelope(text); !readable) {
        return std::unexpected(readable.error());
    }
    return text;
}

}  // namespace limpid::security
