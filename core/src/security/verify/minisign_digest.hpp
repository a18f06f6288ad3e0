#pragma once

#include <string>
#include <string_view>

#include "limpid/security/signature_files.hpp"
#include "security/crypto/hash.hpp"

namespace limpid::security {

struct MinisignDigest::State {
    Blake2b512Stream hash;
};

/// What the global signature of a .minisig file is of.
[[nodiscard]] inline std::string globally_signed(const Signature& signature,
                                                 std::string_view trusted_comment) {
    std::string bytes(reinterpret_cast<const char*>(signature.data()), signature.size());
    bytes += trusted_comment;
    return bytes;
}

}  // namespace limpid::security
