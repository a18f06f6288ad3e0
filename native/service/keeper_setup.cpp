#include "service/keeper_setup.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "limpid/version.hpp"

namespace limpid::service {

keeper::Setup keeper_setup(const Settings& settings, std::string instance) {
    return {.version = LIMPID_VERSION_STRING,
            .jwt_secret = settings.jwt_secret,
            .audit_key = settings.audit_key,
            .signing_key = settings.signing_key,
            .signing_key_passphrase = settings.signing_key_passphrase,
            .license_key = settings.license_key,
            .jwt_keys_file = settings.jwt_keys_file,
            .jwt_issuer = settings.jwt_issuer,
            .jwt_audience = settings.jwt_audience,
            .jwt_type = settings.jwt_type,
            .audit_file = settings.audit_file,
            .audit_sync_each = settings.audit_fsync == "always",
            .audit_max_bytes = settings.audit_max_bytes,
            .audit_retention_days = settings.audit_retention_days,
            .license_issuer_keys = settings.license_issuer_keys,
            .license_leases_dir = settings.license_leases_dir,
            .license_lease_s = settings.license_lease_s,
            .instance = std::move(instance)};
}

std::string new_instance(security::RandomSource& random) {
    std::array<std::byte, 16> bytes{};
    random.fill(bytes);
    return security::encode_hex(bytes);
}

}  // namespace limpid::service
