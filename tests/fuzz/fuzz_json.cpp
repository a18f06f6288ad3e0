#include "fuzz/fuzz_target.hpp"
#include "limpid/digest.hpp"
#include "limpid/security/json.hpp"

namespace limpid::fuzz {

std::string json(Input input) {
    const auto document = security::parse_json_strict(text_of(input));
    if (!document) return verdict_of(document.error());
    const std::string canonical = document->root().canonical();
    const auto again = security::parse_json_strict(canonical);
    require(again && again->root().canonical() == canonical,
            "canonical JSON is strict, and its own canonical form");
    return "ok " + to_hex(sha256(std::as_bytes(std::span(canonical)))).substr(0, 16);
}

}  // namespace limpid::fuzz
