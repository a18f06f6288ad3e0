#include "fuzz/fuzz_target.hpp"
#include "limpid/security/keyring.hpp"
#include "limpid/security/seal.hpp"

namespace limpid::fuzz {
namespace {

class Zeros final : public security::RandomSource {
public:
    void fill(std::span<std::byte> bytes) noexcept override {
        for (std::byte& byte : bytes) byte = std::byte{7};
    }
};

}  // namespace

/// A sealed value under a ring with one known key.
std::string sealed(Input input) {
    Zeros random;
    const security::UnixSeconds now{1'700'000'000};
    const auto ring = security::Keyring::create("k1", now, random);
    require(ring.has_value(), "a ring can be made");
    const std::string_view text = text_of(input);
    const auto id = security::sealing_key_id(text);
    const auto opened = security::unseal(*ring, {"fuzz", "value"}, text, now);
    if (opened) require(id && *id == "k1", "what opens names its key");
    if (!opened) return verdict_of(opened.error()) + (id ? " named" : "");
    return "ok";
}

}  // namespace limpid::fuzz
