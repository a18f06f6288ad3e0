#include "limpid/security/trusted_keys.hpp"

#include <algorithm>

namespace limpid::security {
namespace {

constexpr std::size_t kMaxPurposeBytes = 64;

}  // namespace

bool is_purpose(std::string_view text) noexcept {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto fits = [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || std::string_view(".-_/").contains(c);
    };
    return !text.empty() && text.size() <= kMaxPurposeBytes && is_letter(text.front()) &&
           std::ranges::all_of(text, fits);
}

Status TrustedKeys::add(const VerifyKey& key, const std::vector<std::string>& purposes) {
    if (purposes.empty() || !std::ranges::all_of(purposes, is_purpose)) {
        return fail(
            ErrorCode::argument_invalid,
            "key " + to_string(key.id()) + " needs purposes, each a label of a-z, 0-9 and .-_/");
    }
    auto entry = std::ranges::find(entries_, key.id(), [](const Entry& e) { return e.key.id(); });
    if (entry == entries_.end()) {
        if (entries_.size() == kMaxKeys)
            return fail(ErrorCode::argument_invalid, "256 keys already");
        entry = entries_.insert(entry, Entry{key, {}});
    } else if (entry->key != key) {
        return fail(ErrorCode::argument_invalid, "another key has the id " + to_string(key.id()));
    }
    for (const std::string& purpose : purposes) {
        if (std::ranges::find(entry->purposes, purpose) == entry->purposes.end()) {
            entry->purposes.push_back(purpose);
        }
    }
    return {};
}

bool TrustedKeys::remove(const KeyId& id) noexcept {
    return std::erase_if(entries_, [&](const Entry& entry) { return entry.key.id() == id; }) != 0;
}

Result<VerifyKey> TrustedKeys::find(const KeyId& id, std::string_view purpose) const {
    const auto entry = std::ranges::find(entries_, id, [](const Entry& e) { return e.key.id(); });
    if (entry == entries_.end()) return fail(ErrorCode::signature_unknown_key, to_string(id));
    if (std::ranges::find(entry->purposes, purpose) == entry->purposes.end()) {
        return fail(ErrorCode::signature_wrong_purpose,
                    "key " + to_string(id) + " is trusted for other purposes only");
    }
    return entry->key;
}

}  // namespace limpid::security
