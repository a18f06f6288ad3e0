#include "limpid/digest.hpp"

#include <sodium.h>
#include <bit>

namespace limpid {
namespace {

static_assert(sizeof(Sha256) == crypto_hash_sha256_BYTES);
static_assert(std::endian::native == std::endian::little,
              "sha256(ImageView) hashes 16-bit samples as they lie in memory");

const unsigned char* raw(const std::byte* bytes) noexcept {
    return reinterpret_cast<const unsigned char*>(bytes);
}

}  // namespace

Sha256 sha256(std::span<const std::byte> bytes) noexcept {
    Sha256 digest{};
    crypto_hash_sha256(digest.data(), raw(bytes.data()), bytes.size());
    return digest;
}

Sha256 sha256(const ImageView& pixels) noexcept {
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (int y = 0; y < pixels.height_px; ++y) {
        crypto_hash_sha256_update(&state, raw(pixels.row(y)), pixels.row_bytes());
    }
    Sha256 digest{};
    crypto_hash_sha256_final(&state, digest.data());
    return digest;
}

std::string to_hex(const Sha256& digest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

}  // namespace limpid
