#include "fuzz/fuzz_target.hpp"
#include "limpid/security/byte_size.hpp"

namespace limpid::fuzz {

std::string byte_size(Input input) {
    const auto bytes = security::parse_byte_size(text_of(input));
    if (!bytes) return verdict_of(bytes.error());
    require(security::parse_byte_size(security::format_byte_size(*bytes)) == *bytes,
            "a size reads back as itself");
    return "ok " + std::to_string(*bytes);
}

}  // namespace limpid::fuzz
