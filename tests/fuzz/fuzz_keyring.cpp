#include "fuzz/fuzz_target.hpp"
#include "limpid/security/keyring.hpp"

namespace limpid::fuzz {

std::string keyring(Input input) {
    const auto text = security::Secret::copy_of(input);
    require(text.has_value(), "an input is no larger than a secret");
    const auto ring = security::Keyring::parse(*text);
    if (!ring) return verdict_of(ring.error());
    const auto again = ring->to_secret();
    require(again && again->expose_text() == text_of(input), "a keyring has one text");
    return "ok " + std::to_string(ring->keys().size());
}

}  // namespace limpid::fuzz
