#include "fuzz/fuzz_target.hpp"
#include "limpid/security/origin.hpp"

namespace limpid::fuzz {

std::string origin(Input input) {
    const auto parsed = security::parse_origin(text_of(input));
    if (!parsed) return verdict_of(parsed.error());
    require(security::parse_origin(*parsed) == *parsed, "an origin reads back as itself");
    for (const char c : *parsed) require(c > 0x20 && c < 0x7F, "an origin is fit for a header");
    return "ok " + *parsed;
}

}  // namespace limpid::fuzz
