#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/keys.hpp"

namespace limpid::security {

/// Is this a purpose label: 1..64 of a-z, 0-9, '.', '-', '_', '/', beginning with a letter?
[[nodiscard]] LIMPID_API bool is_purpose(std::string_view text) noexcept;

/// The keys that are believed, and for what. With none, nothing verifies.
///
/// To rotate: add the new key, sign with it, remove the old key when its last document has expired.
/// Reading from several threads is safe; changing is not.
class LIMPID_API TrustedKeys {
public:
    /// Most keys one object holds.
    static constexpr std::size_t kMaxKeys = 256;

    /// Believe `key` for the purposes listed, and for no other.
    /// @param purposes  labels, at least one; see is_purpose().
    /// @return argument.invalid for no or a malformed purpose, for an id that another key has
    /// already, and above kMaxKeys. Adding the same key again adds purposes.
    [[nodiscard]] Status add(const VerifyKey& key, const std::vector<std::string>& purposes);

    /// No longer believe the key with this id. @return whether there was one.
    bool remove(const KeyId& id) noexcept;

    /// The key with this id, when it may be used for `purpose`.
    /// @return signature.unknown_key | signature.wrong_purpose.
    [[nodiscard]] Result<VerifyKey> find(const KeyId& id, std::string_view purpose) const;

    /// Number of keys.
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
    struct Entry {
        VerifyKey key;
        std::vector<std::string> purposes;
    };
    std::vector<Entry> entries_;
};

}  // namespace limpid::security
