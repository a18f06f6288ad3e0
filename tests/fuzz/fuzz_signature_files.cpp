#include "fuzz/fuzz_target.hpp"
#include "limpid/security/signature_files.hpp"

namespace limpid::fuzz {

/// The texts of minisign and signify: public keys and signatures.
std::string signature_files(Input input) {
    const std::string_view text = text_of(input);
    const auto key = security::parse_public_key_file(text);
    const auto line = security::parse_verify_key(text);
    if (line) require(security::to_string(*line) == text, "a key has one spelling");
    std::string verdict = key || line ? "key" : verdict_of(key.error());
    const auto minisign = security::parse_minisign(text);
    if (minisign) {
        const auto again = security::parse_minisign(security::to_string(*minisign));
        require(again && again->signature == minisign->signature &&
                    again->trusted_comment == minisign->trusted_comment,
                "a signature reads back as itself");
    }
    verdict += minisign ? " minisign" : " " + verdict_of(minisign.error());
    const auto signify = security::parse_signify(text);
    return verdict + (signify ? " signify" : " " + verdict_of(signify.error()));
}

}  // namespace limpid::fuzz
