#include <algorithm>
#include <string_view>

#include "limpid/security/redact.hpp"
#include "security/secrets/escapes.hpp"

namespace limpid::security {
namespace {

/// Anywhere in a folded name.
constexpr std::string_view kSensitiveParts[] = {
    "password",   "passwd",    "passphrase", "token",      "apikey",     "authorization",
    "secret",     "sessionid", "cookie",     "credential", "signature",  "jwt",
    "privatekey", "accesskey", "licensekey", "licencekey", "signingkey", "encryptionkey",
    "masterkey",  "authkey",   "sealingkey", "webhookkey",
};

/// The last word of a name.
constexpr std::string_view kLastWords[] = {"key", "keys", "auth", "pwd", "pin", "guid"};

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word(char c) { return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// `key` of `x_api_key`, of `masterKey` and of `KEY`.
std::string_view last_word(std::string_view name) {
    while (!name.empty() && !is_word(name.back())) name.remove_suffix(1);
    std::size_t begin = name.size();
    while (begin > 0 && is_word(name[begin - 1])) {
        --begin;
        const bool starts_word = is_upper(name[begin]) && begin > 0 && is_word(name[begin - 1]) &&
                                 !is_upper(name[begin - 1]);
        if (starts_word) break;
    }
    return name.substr(begin);
}

}  // namespace

bool is_sensitive_name(std::string_view name) noexcept {
    const std::string folded = fold_name(name);
    const auto contained = [&](std::string_view part) {
        return folded.find(part) != std::string::npos;
    };
    if (std::ranges::any_of(kSensitiveParts, contained)) return true;
    if (folded == "publickey") return false;
    return std::ranges::find(kLastWords, fold_name(last_word(name))) != std::end(kLastWords);
}

}  // namespace limpid::security
