#include "fuzz/fuzz_target.hpp"
#include "limpid/digest.hpp"
#include "limpid/manifest.hpp"

namespace limpid::fuzz {

/// A manifest's payload, as it is read once its signature was believed.
std::string manifest(Input input) {
    const auto parsed = parse_manifest(text_of(input));
    if (!parsed) return verdict_of(parsed.error());
    const std::string written = to_json(*parsed);
    const auto again = parse_manifest(written);
    require(again && to_json(*again) == written, "a manifest reads back as itself");
    return "ok " + to_hex(sha256(security::as_bytes(written))).substr(0, 16);
}

}  // namespace limpid::fuzz
