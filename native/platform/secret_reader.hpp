#pragma once

#include <optional>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/secret_source.hpp"

namespace limpid::platform {

/// Reads secrets from this machine: files, environment, descriptors, systemd's credentials.
///
/// A file that others can read, or that anyone but its owner can write, is refused with
/// secret.exposed, but for those below /run/secrets and $CREDENTIALS_DIRECTORY: container and
/// service managers put them where nobody else can look and choose their permissions. A variable is
/// wiped from the environment when it is read, so that neither a child nor /proc shows it; a second
/// reading finds nothing. Not thread-safe, as the environment is not.
class SystemSecretReader final : public security::SecretReader {
public:
    Result<std::optional<security::Secret>> read_variable(std::string_view name) override;
    Result<std::optional<security::Secret>> read_file(std::string_view path) override;
    Result<std::optional<security::Secret>> read_descriptor(int descriptor) override;
    Result<std::optional<security::Secret>> read_credential(std::string_view name) override;
};

}  // namespace limpid::platform
