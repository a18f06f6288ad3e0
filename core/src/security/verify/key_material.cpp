#include "security/verify/key_material.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>

#include "security/ascii.hpp"

namespace limpid::security {

Result<std::shared_ptr<const KeyMaterial>> make_key_material(std::initializer_list<Bytes> pieces) {
    std::size_t size = 0;
    for (const Bytes piece : pieces) size += piece.size();
    Result<Secret> bytes = Secret::make(size, [&](std::span<std::byte> out) -> Status {
        auto next = out.begin();
        for (const Bytes piece : pieces) next = std::ranges::copy(piece, next).out;
        return {};
    });
    if (!bytes) return std::unexpected(bytes.error());
    return std::make_shared<const KeyMaterial>(*std::move(bytes));
}

Status check_key_name(std::string_view id) {
    constexpr std::size_t kMaxKeyNameBytes = 64;
    if (id.size() > kMaxKeyNameBytes || !is_printable_ascii(id)) {
        return fail(ErrorCode::key_malformed,
                    "a key id of " + std::to_string(id.size()) +
                        " bytes; at most 64 of printable ASCII are allowed");
    }
    return {};
}

}  // namespace limpid::security
