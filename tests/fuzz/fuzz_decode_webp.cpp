#include "fuzz/decode_target.hpp"

namespace limpid::fuzz {

std::string decode_webp(Input input) { return decode_as(FileFormat::webp, input); }

}  // namespace limpid::fuzz
