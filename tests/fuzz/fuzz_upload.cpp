#include "fuzz/fuzz_target.hpp"
#include "limpid/security/upload.hpp"

namespace limpid::fuzz {

std::string upload(Input input) {
    const auto type = security::check_upload(input, {});
    if (!type) return verdict_of(type.error());
    const std::string_view name = mime_type(*type);
    require(security::check_upload(input, name).has_value(), "a true declaration changes nothing");
    return "ok " + std::string(name);
}

}  // namespace limpid::fuzz
