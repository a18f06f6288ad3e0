#include "fuzz/decode_target.hpp"

namespace limpid::fuzz {

std::string decode_png(Input input) { return decode_as(FileFormat::png, input); }

}  // namespace limpid::fuzz
