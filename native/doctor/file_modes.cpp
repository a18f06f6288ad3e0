#include "doctor/file_modes.hpp"

namespace limpid::doctor {

std::optional<unsigned> allowed_mode(FileRole role) noexcept {
    switch (role) {
        case FileRole::env_file:
        case FileRole::keys:
        case FileRole::jwt_keys:
        case FileRole::tls_key:
            return 0600;
        // As platform::SystemSecretReader accepts it: for an account that shares a group with root.
        case FileRole::secret:
        case FileRole::config:
        case FileRole::log:
        case FileRole::license:
            return 0640;
        case FileRole::log_folder:
            return 0750;
        case FileRole::config_folder:
        case FileRole::keys_folder:
        case FileRole::worker:
        case FileRole::keeper:
            break;
    }
    return std::nullopt;
}

bool is_managed(const FileFacts& file) {
    if (file.path.contains("/../")) return false;
    return file.path.starts_with("/run/secrets/") || file.path.starts_with("/run/credentials/");
}

}  // namespace limpid::doctor
