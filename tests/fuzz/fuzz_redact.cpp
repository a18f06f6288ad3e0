#include <array>

#include "fuzz/fuzz_target.hpp"
#include "limpid/digest.hpp"
#include "limpid/security/redact.hpp"

namespace limpid::fuzz {

/// Texts, queries, addresses and JSON with known secrets somewhere in them, or not.
std::string redact(Input input) {
    constexpr std::array<std::string_view, 2> kSecrets = {"Zq7-fuzz-canary", "p4?s=s&w#rd;x"};
    security::RedactionSet known;
    for (const std::string_view secret : kSecrets) {
        require(known.add(security::as_bytes(secret)).has_value(), "a secret can be made known");
    }
    const std::string_view text = text_of(input);
    std::string all;
    for (const std::string& redacted :
         {security::redact_text(text, known), security::redact_json(text, known),
          security::redact_query(text, known), security::redact_url(text, known),
          security::redact_header("x-request-id", text, known)}) {
        for (const std::string_view secret : kSecrets) {
            require(redacted.find(secret) == std::string::npos, "a known secret is never repeated");
        }
        all += redacted + '\n';
    }
    return to_hex(sha256(security::as_bytes(all))).substr(0, 16);
}

}  // namespace limpid::fuzz
