#pragma once

#include <cstdint>
#include <string>

#include "keeper/client.hpp"
#include "limpid/digest.hpp"
#include "limpid/error.hpp"
#include "worker/pool.hpp"

namespace limpid::service {

/// What a receipt says of the photo that came.
struct ReceiptInput {
    std::uint64_t bytes = 0;
    Sha256 digest{};
};

/// A signed manifest of what a worker made, in base64url.
/// @param output  the digest of done.output.
/// @return the errors of keeper::Client::sign_manifest(); worker.died, internal.failure.
[[nodiscard]] Result<std::string> sign_receipt(keeper::Client& keeper, const worker::Done& done,
                                               const ReceiptInput& input, const Sha256& output);

}  // namespace limpid::service
