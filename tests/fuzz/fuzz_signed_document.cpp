#include "fuzz/fuzz_target.hpp"
#include "limpid/security/signed_document.hpp"

namespace limpid::fuzz {

/// The key of RFC 8032 section 7.1, test 1, is believed.
std::string signed_document(Input input) {
    constexpr std::string_view kLine =
        "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"
        "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a";
    const auto key = security::VerifyKey::from_bytes(security::as_bytes(kLine));
    require(key.has_value(), "a key of a standard is one");
    security::TrustedKeys keys;
    require(keys.add(*key, {"limpid.recipe"}).has_value(), "a key can be trusted");
    security::DocumentPolicy policy;
    policy.purpose = "limpid.recipe";
    const auto verified = security::verify_document(text_of(input), keys, policy,
                                                    security::UnixSeconds{1'770'000'000});
    // No input can hold a signature by a key whose private half is not here.
    if (!verified) return verdict_of(verified.error());
    return "ok";
}

}  // namespace limpid::fuzz
