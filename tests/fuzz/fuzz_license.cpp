#include "fuzz/fuzz_target.hpp"
#include "limpid/security/foreign_license.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/license_activation.hpp"

namespace limpid::fuzz {

/// Licences and what travels with them; the key of RFC 8032 section 7.1, test 1, is believed.
std::string license(Input input) {
    constexpr std::string_view kIssuer =
        "\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a"
        "\x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a";
    const auto key = security::VerifyKey::from_bytes(security::as_bytes(kIssuer));
    require(key.has_value(), "a key of a standard is one");
    const std::string_view text = text_of(input);
    std::string verdict;
    const auto note = [&](const auto& result) {
        verdict += result ? "ok " : verdict_of(result.error()) + " ";
    };
    note(security::read_license(text, {&*key, 1}));
    note(security::read_keygen_file(text, *key, {}));
    note(security::read_imagor_license(text, *key));
    note(security::read_activation_request(text));
    note(security::read_revocations(text, {&*key, 1}, 0));
    verdict.pop_back();
    return verdict;
}

}  // namespace limpid::fuzz
