#include "limpid/security/keys.hpp"
#include "security/verdicts/suites.hpp"

namespace limpid::verdicts {

std::optional<bool> accepts_ed25519(const Json& group, const Json& test) {
    const auto key = security::VerifyKey::from_bytes(bytes_of(group.at("publicKey"), "pk"));
    return key && security::verify(bytes_of(test, "msg"), bytes_of(test, "sig"), *key);
}

}  // namespace limpid::verdicts
