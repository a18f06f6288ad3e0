#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "doctor/gather_parts.hpp"
#include "limpid/security/license.hpp"
#include "platform/machine_id.hpp"
#include "platform/printable.hpp"
#include "platform/read_secret.hpp"

// Certificate, private key and licence, as far as they are named.
namespace limpid::doctor {
namespace {

void judge_key(TlsFacts& facts, const std::string& key_path, const std::string& certificates) {
    const auto key = platform::read_secret(key_path);
    if (!key) {
        facts.key_error = key.error();
        return;
    }
    const auto matches = crypto::is_key_of(*key, certificates);
    if (matches) {
        facts.key_matches = *matches;
    } else if (!facts.certificate_error) {
        facts.key_error = matches.error();
    }
}

std::string own_fingerprint(const security::License& license, const GatherOptions& options) {
    const auto fingerprint =
        platform::license_fingerprint(license.product, options.machine_id_file);
    return fingerprint.value_or("");
}

}  // namespace

Status gather_tls(Subject& subject, const GatherOptions& options) {
    std::string certificate = options.tls_certificate_file;
    std::string key = options.tls_key_file;
    if (certificate.empty()) certificate = rooted(options, setting_text(subject, "tls_cert_file"));
    if (key.empty()) key = rooted(options, setting_text(subject, "tls_key_file"));
    if (certificate.empty() && key.empty()) return {};
    TlsFacts facts;
    std::string text;
    if (auto read = read_text(certificate, crypto::kMaxCertificateBytes); !read) {
        facts.certificate_error = read.error();
    } else if (!*read) {
        facts.certificate_error = Error(ErrorCode::io_unreadable, platform::printable(certificate));
    } else {
        text = **std::move(read);
        auto chain = crypto::read_certificates(text);
        if (chain) {
            facts.chain = *std::move(chain);
        } else {
            facts.certificate_error = chain.error();
        }
    }
    if (!key.empty()) {
        add_file(subject, FileRole::tls_key, key);
        judge_key(facts, key, text);
    }
    subject.tls = std::move(facts);
    return {};
}

Status gather_license(Subject& subject, const GatherOptions& options) {
    if (options.license_file.empty()) return {};
    LicenseFacts facts;
    add_file(subject, FileRole::license, options.license_file);
    const auto text = platform::read_secret(options.license_file);
    if (!text) return std::unexpected(text.error());
    const auto license = security::read_license(text->expose_text(), options.license_issuers);
    if (!license) {
        facts.error = license.error();
    } else {
        const std::string fingerprint = own_fingerprint(*license, options);
        facts.status =
            security::evaluate_license(*license, {.now = subject.now, .fingerprint = fingerprint});
    }
    subject.license = std::move(facts);
    return {};
}

}  // namespace limpid::doctor
