#pragma once

#include "limpid/security/keys.hpp"
#include "security/crypto/ed25519.hpp"

namespace limpid::security {

struct MessageInPieces::State {
    Ed25519ph message;
};

}  // namespace limpid::security
