#include "security/crypto/kdf.hpp"
#include "security/crypto/mac.hpp"
#include "security/crypto/memory.hpp"
#include "security/verdicts/suites.hpp"

namespace limpid::verdicts {
namespace {

/// Wycheproof truncates tags to the group's size, in bits.
bool is_tag(security::Bytes computed, const Json& group, const Json& test) {
    const auto bits = group.at("tagSize").get<std::size_t>();
    return security::equal_constant_time(computed.first(bits / 8), bytes_of(test, "tag"));
}

}  // namespace

std::optional<bool> accepts_hmac_sha256(const Json& group, const Json& test) {
    return is_tag(security::hmac_sha256(bytes_of(test, "key"), bytes_of(test, "msg")), group, test);
}

std::optional<bool> accepts_hmac_sha512(const Json& group, const Json& test) {
    return is_tag(security::hmac_sha512(bytes_of(test, "key"), bytes_of(test, "msg")), group, test);
}

std::optional<bool> accepts_hkdf_sha256(const Json&, const Json& test) {
    std::vector<std::byte> out(test.at("size").get<std::size_t>());
    return security::hkdf_sha256(bytes_of(test, "ikm"), bytes_of(test, "salt"),
                                 bytes_of(test, "info"), out) &&
           security::equal_constant_time(out, bytes_of(test, "okm"));
}

std::optional<bool> accepts_pbkdf2_sha256(const Json&, const Json& test) {
    std::vector<std::byte> out(test.at("dkLen").get<std::size_t>());
    return security::pbkdf2_sha256(bytes_of(test, "password"), bytes_of(test, "salt"),
                                   test.at("iterationCount").get<std::uint32_t>(), out) &&
           security::equal_constant_time(out, bytes_of(test, "dk"));
}

}  // namespace limpid::verdicts
