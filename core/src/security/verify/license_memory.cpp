#include <string>
#include <utility>

#include "limpid/security/license.hpp"
#include "limpid/security/seal.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {
namespace {

constexpr std::string_view kPurpose = "license";
constexpr std::string_view kMemoryHeader = "limpid-license-memory:v1";
constexpr auto kMaxMemoryTime = static_cast<std::uint64_t>(INT64_MAX);

/// `limpid-license-memory:v1 <last seen> <issued at> <0 or 1> <list>`
Result<LicenseMemory> parse_memory(std::string_view text) {
    const std::string_view header = take_until(text, ' ');
    const auto last_seen = parse_canonical(take_until(text, ' '), kMaxMemoryTime);
    const auto issued_at = parse_canonical(take_until(text, ' '), kMaxMemoryTime);
    const auto deactivated = parse_canonical(take_until(text, ' '), 1);
    const auto revocations = parse_canonical(text, UINT64_MAX);
    if (header != kMemoryHeader || !last_seen || !issued_at || !deactivated || !revocations) {
        return fail(ErrorCode::sealed_malformed, "not what is remembered of a licence");
    }
    return LicenseMemory{{static_cast<std::int64_t>(*last_seen)},
                         {static_cast<std::int64_t>(*issued_at)},
                         *deactivated == 1,
                         *revocations};
}

}  // namespace

Result<std::string> seal_license_memory(const LicenseMemory& memory, std::string_view id,
                                        const Keyring& ring, RandomSource& random) {
    if (memory.last_seen.value < 0 || memory.issued_at.value < 0) {
        return fail(ErrorCode::argument_invalid, "a time before 1970");
    }
    const std::string text =
        std::string(kMemoryHeader) + ' ' + std::to_string(memory.last_seen.value) + ' ' +
        std::to_string(memory.issued_at.value) + (memory.deactivated ? " 1 " : " 0 ") +
        std::to_string(memory.revocations_seen);
    return seal(ring, {kPurpose, id}, as_bytes(text), random);
}

Result<LicenseMemory> unseal_license_memory(std::string_view sealed, std::string_view id,
                                            const Keyring& ring, UnixSeconds now) {
    const Result<Secret> text = unseal(ring, {kPurpose, id}, sealed, now);
    if (!text) return std::unexpected(text.error());
    return parse_memory(text->expose_text());
}

}  // namespace limpid::security
