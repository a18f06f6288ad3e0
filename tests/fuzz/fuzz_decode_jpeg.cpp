#include "fuzz/decode_target.hpp"

namespace limpid::fuzz {

std::string decode_jpeg(Input input) { return decode_as(FileFormat::jpeg, input); }

}  // namespace limpid::fuzz
