#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// Bytes of a key, shared by the copies of a key object: in guarded memory where there is such, and
/// wiped with the last of them.
class KeyMaterial {
public:
    explicit KeyMaterial(Secret&& bytes) noexcept : bytes_(std::move(bytes)) {}

    [[nodiscard]] Bytes bytes() const noexcept { return bytes_.expose(); }

private:
    Secret bytes_;
};

/// The parts of public key objects that only the library reads.
class KeyAccess {
public:
    template <class Key>
    [[nodiscard]] static Bytes material(const Key& key) noexcept {
        return key.material_->bytes();
    }
    template <class Key>
    [[nodiscard]] static std::size_t first_bytes(const Key& key) noexcept {
        return key.first_bytes_;
    }
    template <class Key, class... Arguments>
    [[nodiscard]] static Key make(Arguments&&... arguments) {
        return Key(std::forward<Arguments>(arguments)...);
    }
};

/// Copies `pieces` one after the other. @return memory.exhausted.
[[nodiscard]] Result<std::shared_ptr<const KeyMaterial>> make_key_material(
    std::initializer_list<Bytes> pieces);

/// A key's name for answers and logs: at most 64 bytes of printable ASCII, or key.malformed.
[[nodiscard]] Status check_key_name(std::string_view id);

}  // namespace limpid::security
