#include "limpid/limits.hpp"

#include "base/text.hpp"

namespace limpid {

Status set_limit(Limits& limits, std::string_view name, std::uint64_t value) {
#define LIMPID_LIMIT(member, default_value, unit, doc) \
    if (name == #member) {                             \
        limits.member = value;                         \
        return {};                                     \
    }
#include "limpid/limits.def"
#undef LIMPID_LIMIT
    return fail(ErrorCode::argument_invalid, "no limit is called '" + excerpt(name) + "'");
}

}  // namespace limpid
