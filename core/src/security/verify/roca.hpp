#pragma once

#include "limpid/security/types.hpp"

namespace limpid::security {

/// Does an RSA modulus look like those of Infineon's key generator (ROCA, CVE-2017-15361), whose
/// primes are `k * M + 65537^a mod M` for a product M of small primes, and which can be factored
/// for it? Every such modulus is found; of others about one in 2^27 is taken for one.
/// @param modulus  big-endian, any length. Thread-safe, never throws.
[[nodiscard]] bool is_roca_modulus(Bytes modulus) noexcept;

}  // namespace limpid::security
