#include "platform/signing_key_file.hpp"

#include "limpid/security/signing_files.hpp"

namespace limpid::platform {

Result<security::SigningKey> parse_signing_key(const security::Secret& text,
                                               const security::Secret& password) {
    auto key = security::parse_minisign_secret_key(text.expose_text(), password.expose());
    if (key || key.error().id() != ErrorCode::key_malformed) return key;
    return security::parse_signify_secret_key(text.expose_text());
}

}  // namespace limpid::platform
