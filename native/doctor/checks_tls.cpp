#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/file_modes.hpp"
#include "doctor/words.hpp"
#include "platform/printable.hpp"

// Certificate and key of a TLS listener.
namespace limpid::doctor {
namespace {

using crypto::Certificate;

Outcome no_tls() { return skipped("no certificate is named"); }
Outcome no_chain() { return skipped("the certificate cannot be read"); }

/// The chain, when it could be read.
const std::vector<Certificate>* chain_of(const Subject& subject) {
    return subject.tls && !subject.tls->chain.empty() ? &subject.tls->chain : nullptr;
}

/// Subjects of the certificates that `is_wrong` is true of.
template <class Describe>
Outcome judge_chain(const Subject& subject, Describe describe) {
    if (!subject.tls) return no_tls();
    const auto* const chain = chain_of(subject);
    if (chain == nullptr) return no_chain();
    std::vector<std::string> wrong;
    for (const Certificate& certificate : *chain) {
        const std::string what = describe(certificate);
        if (!what.empty()) wrong.push_back(certificate.subject + " " + what);
    }
    return found_if(listed(wrong));
}

}  // namespace

Outcome tls_certificate(const Subject& subject) {
    if (!subject.tls) return no_tls();
    const auto& error = subject.tls->certificate_error;
    return error ? found(error->message()) : fine();
}

Outcome tls_validity(const Subject& subject) {
    return judge_chain(subject, [&](const Certificate& certificate) -> std::string {
        if (certificate.not_after < subject.now) return "has ended";
        return certificate.not_before > subject.now ? "has not begun" : "";
    });
}

Outcome tls_expiry(const Subject& subject) {
    constexpr std::int64_t kSoon = std::int64_t{30} * 86'400;
    return judge_chain(subject, [&](const Certificate& certificate) -> std::string {
        const std::int64_t left = certificate.not_after.value - subject.now.value;
        return left >= 0 && left < kSoon ? "ends " + days_from(left) : "";
    });
}

Outcome tls_chain(const Subject& subject) {
    return judge_chain(subject, [](const Certificate& certificate) -> std::string {
        return certificate.signed_by_next ? "" : "is not signed by the one after it";
    });
}

Outcome tls_self_signed(const Subject& subject) {
    if (!subject.tls) return no_tls();
    const auto* const chain = chain_of(subject);
    if (chain == nullptr) return no_chain();
    return chain->front().self_signed ? found(chain->front().subject) : fine();
}

Outcome tls_names(const Subject& subject) {
    if (!subject.tls) return no_tls();
    const auto* const chain = chain_of(subject);
    if (chain == nullptr) return no_chain();
    const std::vector<std::string>& names = chain->front().names;
    return names.empty() ? found("it has no subjectAltName") : fine(listed(names));
}

Outcome tls_signature(const Subject& subject) {
    return judge_chain(subject, [](const Certificate& certificate) -> std::string {
        const std::string& digest = certificate.signature_digest;
        // What a certificate says of itself nobody believes by its signature.
        const bool old = digest == "SHA1" || digest == "MD5" || digest == "MD4" || digest == "MD2";
        return old && !certificate.self_signed ? "is signed with " + digest : "";
    });
}

Outcome tls_key_strength(const Subject& subject) {
    return judge_chain(subject, [](const Certificate& certificate) -> std::string {
        // NIST SP 800-57 part 1, table 2: 112 bits of strength.
        const int least = certificate.key_kind.starts_with("RSA") ? 2048 : 224;
        return certificate.key_bits < least
                   ? "has a key of " + std::to_string(certificate.key_bits) + " bits"
                   : "";
    });
}

Outcome tls_key(const Subject& subject) {
    if (!subject.tls) return no_tls();
    const auto& error = subject.tls->key_error;
    const bool named = std::ranges::any_of(
        subject.files, [](const FileFacts& file) { return file.role == FileRole::tls_key; });
    if (!error) return named ? fine() : skipped("no key is named");
    if (error->id() == ErrorCode::key_wrong_password) return fine("it is encrypted");
    return found(error->message());
}

Outcome tls_key_match(const Subject& subject) {
    if (!subject.tls) return no_tls();
    if (!subject.tls->key_matches) return skipped("one of them cannot be read");
    return *subject.tls->key_matches ? fine() : found("the key is another one's");
}

Outcome tls_key_mode(const Subject& subject) {
    if (!subject.tls) return no_tls();
    for (const FileFacts& file : subject.files) {
        if (file.role != FileRole::tls_key || is_managed(file)) continue;
        if ((file.mode & ~allowed_mode(file.role).value_or(07777U)) == 0) return fine();
        return found(platform::printable(file.path) + " has mode " + octal(file.mode));
    }
    return skipped("there is none");
}

}  // namespace limpid::doctor
