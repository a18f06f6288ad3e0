#include "security/crypto/sodium.hpp"

#include <sodium.h>

namespace limpid::security {

Status ensure_sodium() noexcept {
    static const int kState = sodium_init();  // 1: somebody else was first
    if (kState < 0) return fail(ErrorCode::internal_failure, "libsodium does not start");
    return {};
}

}  // namespace limpid::security
