#include "fuzz/fuzz_target.hpp"
#include "limpid/digest.hpp"
#include "limpid/lut.hpp"

namespace limpid::fuzz {

std::string cube(Input input) {
    Limits limits;
    limits.max_lut_points = 17;
    const auto lut = parse_cube(text_of(input), limits);
    if (!lut) return verdict_of(lut.error());
    require(validate(*lut).has_value(), "a table that was read is valid");
    require(!lut->is_3d || lut->points <= 17, "a lattice is within the limits");
    return std::string("ok ") + (lut->is_3d ? "3d " : "1d ") + std::to_string(lut->points) + " " +
           to_hex(sha256(std::as_bytes(std::span(lut->values)))).substr(0, 16);
}

}  // namespace limpid::fuzz
