#pragma once

#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"

namespace limpid::platform {

/// Where systemd keeps the machine's id.
inline constexpr std::string_view kMachineIdFile = "/etc/machine-id";

/// The text that names this machine: 32 hex digits, made once at installation (machine-id(5)). It
/// is confidential: hand out nothing but security::machine_fingerprint() of it.
///
/// @param path  another file of that form, e.g. the host's, mounted into a container.
/// @return io.unreadable, also for a file of another form: an empty one or `uninitialized` is what
///         images have that were never started.
[[nodiscard]] Result<security::Secret> read_machine_id(
    const std::string& path = std::string(kMachineIdFile));

/// What names this machine in licences of one product: two products cannot compare machines.
/// @return as read_machine_id() and security::machine_fingerprint().
[[nodiscard]] Result<std::string> license_fingerprint(
    std::string_view product, const std::string& path = std::string(kMachineIdFile));

}  // namespace limpid::platform
