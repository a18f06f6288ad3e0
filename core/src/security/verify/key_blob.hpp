#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/keys.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// First two bytes of what minisign and signify encode: Ed25519, and in a minisign signature
/// Ed25519 of the BLAKE2b-512 digest instead of the file.
using AlgorithmTag = std::array<char, 2>;
inline constexpr AlgorithmTag kEd25519Tag = {'E', 'd'};
inline constexpr AlgorithmTag kPrehashedTag = {'E', 'D'};

/// The common form of public keys (kBody 32) and signatures (kBody 64): tag, id, body.
template <std::size_t kBody>
struct Blob {
    static constexpr std::size_t kBytes = 2 + sizeof(KeyId::bytes) + kBody;

    AlgorithmTag tag{};
    KeyId id;
    std::array<std::byte, kBody> body{};

    Blob() = default;
    Blob(const AlgorithmTag& with_tag, const KeyId& with_id, std::span<const std::byte, kBody> data)
        : tag(with_tag), id(with_id) {
        std::ranges::copy(data, body.begin());
    }

    [[nodiscard]] std::array<std::byte, kBytes> bytes() const noexcept {
        std::array<std::byte, kBytes> all{};
        auto at = std::ranges::copy(std::as_bytes(std::span(tag)), all.begin()).out;
        at = std::ranges::copy(id.bytes, at).out;
        std::ranges::copy(body, at);
        return all;
    }
};

using KeyBlob = Blob<32>;
using SignatureBlob = Blob<64>;

/// A blob from one line of base64. @return `malformed`.
template <std::size_t kBody>
[[nodiscard]] Result<Blob<kBody>> parse_blob(std::string_view base64, ErrorCode malformed) {
    constexpr std::size_t kBytes = Blob<kBody>::kBytes;
    constexpr std::size_t kCharacters = (kBytes + 2) / 3 * 4;
    if (base64.size() != kCharacters) {
        return fail(malformed, std::to_string(base64.size()) + " characters of base64; " +
                                   std::to_string(kCharacters) + " are expected");
    }
    const auto bytes = decode_base64(base64, Base64::standard);
    if (!bytes || bytes->size() != kBytes) return fail(malformed, "it is not canonical base64");
    Blob<kBody> blob;
    auto rest = bytes->span();
    std::ranges::copy(rest.first(2), std::as_writable_bytes(std::span(blob.tag)).begin());
    rest = rest.subspan(2);
    std::ranges::copy(rest.first(sizeof blob.id.bytes), blob.id.bytes.begin());
    std::ranges::copy(rest.subspan(sizeof blob.id.bytes), blob.body.begin());
    return blob;
}

}  // namespace limpid::security
