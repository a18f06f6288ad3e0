#pragma once

#include <string>

#include "limpid/digest.hpp"
#include "service/http_message.hpp"
#include "worker/pool.hpp"

namespace limpid::service {

/// A response of the picture that a worker made, with its type and no other header.
[[nodiscard]] Response image_response(worker::Done done);

/// The value of Repr-Digest (RFC 9530).
[[nodiscard]] std::string digest_field(const Sha256& digest);

}  // namespace limpid::service
