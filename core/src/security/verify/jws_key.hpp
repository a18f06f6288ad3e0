#pragma once

#include <string_view>

#include "limpid/security/jwk.hpp"

namespace limpid::security {

/// A key object of checked bytes, in the two fields that JwsKey describes. @return key.malformed
/// for the id; memory.exhausted.
[[nodiscard]] Result<JwsKey> make_jws_key(JwsAlgorithm algorithm, bool can_sign,
                                          std::string_view id, Bytes first, Bytes second);

}  // namespace limpid::security
