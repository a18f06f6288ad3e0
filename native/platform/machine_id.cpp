#include "platform/machine_id.hpp"

#include <algorithm>
#include <cstddef>

#include "limpid/security/license.hpp"
#include "platform/printable.hpp"
#include "platform/read_secret.hpp"

namespace limpid::platform {
namespace {

constexpr std::size_t kDigits = 32;
// Before the product's name; long enough by itself for machine_fingerprint().
constexpr std::string_view kFingerprintSalt = "limpid-license-machine-v1:";

bool is_machine_id(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    return text.size() == kDigits && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

}  // namespace

Result<security::Secret> read_machine_id(const std::string& path) {
    Result<security::Secret> id = read_secret(path);
    if (!id || is_machine_id(id->expose_text())) return id;
    return fail(ErrorCode::io_unreadable,
                printable(path) + " holds no machine id (32 hex digits, see machine-id(5))");
}

Result<std::string> license_fingerprint(std::string_view product, const std::string& path) {
    const auto id = read_machine_id(path);
    if (!id) return std::unexpected(id.error());
    const std::string salt = std::string(kFingerprintSalt) + std::string(product);
    return security::machine_fingerprint(security::as_bytes(salt), id->expose_text());
}

}  // namespace limpid::platform
