#include "doctor/authentication.hpp"

#include <algorithm>

namespace limpid::doctor {

bool asks_for_credentials(const Subject& subject) {
    const service::Settings& settings = *subject.config.settings;
    return !settings.keys_file.empty() || !settings.jwt_keys_file.empty() ||
           !settings.jwt_keys_url.empty() || !settings.auth_forward_url.empty() || settings.users ||
           has_secret(subject, "jwt_secret");
}

bool has_secret(const Subject& subject, std::string_view setting) {
    return std::ranges::any_of(subject.credentials.secrets, [setting](const SecretFacts& secret) {
        return secret.setting == setting;
    });
}

}  // namespace limpid::doctor
