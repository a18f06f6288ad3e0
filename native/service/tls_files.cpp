#include "service/tls_files.hpp"

#include <cerrno>
#include <string>
#include <utility>

#include <sys/stat.h>

#include "platform/clock.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"

namespace limpid::service {
namespace {

// Some 500 certificates, or a revocation list of 25,000.
constexpr platform::ReadLimit kPemLimit{.max_bytes = 1U << 20U,
                                        .limit_name = "the largest PEM file",
                                        .too_large = ErrorCode::io_unreadable};

Status check_together(const Settings& settings) {
    if (settings.tls_cert_file.empty() != settings.tls_key_file.empty()) {
        return fail(ErrorCode::config_invalid_value, "tls_cert_file and tls_key_file go together");
    }
    if (settings.tls_cert_file.empty() && !settings.tls_client_ca_file.empty()) {
        return fail(ErrorCode::config_invalid_value, "tls_client_ca_file needs tls_cert_file");
    }
    if (settings.tls_client_ca_file.empty() && !settings.tls_client_crl_file.empty()) {
        return fail(ErrorCode::config_invalid_value,
                    "tls_client_crl_file needs tls_client_ca_file");
    }
    return {};
}

}  // namespace

Result<std::string> read_pem(const std::string& path) {
    if (path.empty()) return std::string();
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        return fail(ErrorCode::io_unreadable, platform::describe_errno(path, errno));
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(ErrorCode::secret_exposed, platform::printable(path));
    }
    const auto bytes = platform::read_file(path, kPemLimit);
    if (!bytes) return std::unexpected(bytes.error());
    return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

Result<std::shared_ptr<const crypto::TlsServer>> read_tls(const Settings& settings,
                                                          const security::Secret* passphrase,
                                                          security::SecretReader& reader) {
    if (Status status = check_together(settings); !status) return std::unexpected(status.error());
    if (settings.tls_cert_file.empty()) return nullptr;
    const auto certificate = read_pem(settings.tls_cert_file);
    if (!certificate) return std::unexpected(certificate.error());
    const auto authorities = read_pem(settings.tls_client_ca_file);
    if (!authorities) return std::unexpected(authorities.error());
    const auto revocations = read_pem(settings.tls_client_crl_file);
    if (!revocations) return std::unexpected(revocations.error());
    // An empty file must not stand for one that was not asked for.
    if (authorities->empty() != settings.tls_client_ca_file.empty() ||
        revocations->empty() != settings.tls_client_crl_file.empty()) {
        return fail(ErrorCode::tls_certificate_malformed,
                    "tls_client_ca_file or tls_client_crl_file is empty");
    }
    const auto key = reader.read_file(settings.tls_key_file);
    if (!key) return std::unexpected(key.error());
    if (!*key) return fail(ErrorCode::io_unreadable, platform::printable(settings.tls_key_file));
    return crypto::TlsServer::make({.certificate_pem = *certificate,
                                    .key = &**key,
                                    .passphrase = passphrase,
                                    .client_authorities_pem = *authorities,
                                    .revocations_pem = *revocations},
                                   platform::wall_clock());
}

}  // namespace limpid::service
