#include "security/crypto/kdf.hpp"

#include <sodium.h>

#include <algorithm>
#include <string>

#include "security/crypto/mac.hpp"
#include "security/crypto/memory.hpp"
#include "security/crypto/raw.hpp"
#include "security/crypto/sodium.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kHkdfBlockBytes = 32;
constexpr std::size_t kMaxHkdfBytes = 255 * kHkdfBlockBytes;
constexpr std::uint32_t kMaxIterations = 10'000'000;
constexpr std::size_t kMaxPasswordKeyBytes = 1024;
constexpr std::uint32_t kMinMemoryKib = crypto_pwhash_argon2id_MEMLIMIT_MIN / 1024;
constexpr std::uint32_t kMaxMemoryKib = 1U << 20;
constexpr std::uint32_t kMaxPasses = 64;
constexpr std::uint64_t kMaxScryptOperations = 1U << 26;
constexpr std::uint64_t kMaxScryptBytes = 1U << 30;

std::unexpected<Error> out_of_range(std::string_view what, std::uint64_t found,
                                    std::string_view range) {
    return fail(ErrorCode::argument_invalid, std::string(what)
                                                 .append(" is ")
                                                 .append(std::to_string(found))
                                                 .append("; the range is ")
                                                 .append(range));
}

/// Block `index` of PBKDF2, RFC 8018 section 5.2: U1 ^ U2 ^ ... ^ Uc.
void pbkdf2_block(const HmacSha256& keyed, Bytes salt, std::uint32_t index,
                  std::uint32_t iterations, WipedArray<kHkdfBlockBytes>& block) {
    const std::array<std::byte, 4> big_endian = {
        static_cast<std::byte>(index >> 24), static_cast<std::byte>(index >> 16),
        static_cast<std::byte>(index >> 8), static_cast<std::byte>(index)};
    HmacSha256 first = keyed;
    first.update(salt);
    first.update(big_endian);
    std::array<std::byte, kHkdfBlockBytes> u = first.finish();
    std::ranges::copy(u, block.span().begin());
    for (std::uint32_t i = 1; i < iterations; ++i) {
        HmacSha256 next = keyed;
        next.update(u);
        u = next.finish();
        for (std::size_t k = 0; k < kHkdfBlockBytes; ++k) block.span()[k] ^= u[k];
    }
    wipe(u);
}

}  // namespace

Status hkdf_sha256(Bytes ikm, Bytes salt, Bytes info, std::span<std::byte> out) {
    if (out.size() > kMaxHkdfBytes) return out_of_range("key length", out.size(), "0..8160 bytes");
    const WipedArray<kHkdfBlockBytes> extracted(hmac_sha256(salt, ikm));
    WipedArray<kHkdfBlockBytes> block;
    Bytes previous;
    auto counter = std::byte{0};
    for (std::size_t done = 0; done < out.size(); done += kHkdfBlockBytes) {
        counter = static_cast<std::byte>(std::to_integer<unsigned>(counter) + 1);
        HmacSha256 mac(extracted.span());
        mac.update(previous);
        mac.update(info);
        mac.update({&counter, 1});
        block = WipedArray<kHkdfBlockBytes>(mac.finish());
        previous = block.span();
        const std::size_t size = std::min(kHkdfBlockBytes, out.size() - done);
        std::ranges::copy(previous.first(size), out.begin() + static_cast<std::ptrdiff_t>(done));
    }
    return {};
}

Status pbkdf2_sha256(Bytes password, Bytes salt, std::uint32_t iterations,
                     std::span<std::byte> out) {
    if (iterations < 1 || iterations > kMaxIterations) {
        return out_of_range("iterations", iterations, "1..10000000");
    }
    if (out.empty() || out.size() > kMaxPasswordKeyBytes) {
        return out_of_range("key length", out.size(), "1..1024 bytes");
    }
    const HmacSha256 keyed(password);
    WipedArray<kHkdfBlockBytes> block;
    for (std::size_t done = 0; done < out.size(); done += kHkdfBlockBytes) {
        const auto index = static_cast<std::uint32_t>(done / kHkdfBlockBytes + 1);
        pbkdf2_block(keyed, salt, index, iterations, block);
        const std::size_t size = std::min(kHkdfBlockBytes, out.size() - done);
        std::ranges::copy(block.span().first(size),
                          out.begin() + static_cast<std::ptrdiff_t>(done));
    }
    return {};
}

Status argon2id(Bytes password, std::span<const std::byte, 16> salt, const Argon2Cost& cost,
                std::span<std::byte> out) {
    static_assert(crypto_pwhash_argon2id_SALTBYTES == 16);
    if (cost.memory_kib < kMinMemoryKib || cost.memory_kib > kMaxMemoryKib) {
        return out_of_range("memory", cost.memory_kib, "8..1048576 KiB");
    }
    if (cost.passes < 1 || cost.passes > kMaxPasses) {
        return out_of_range("passes", cost.passes, "1..64");
    }
    if (out.size() < crypto_pwhash_argon2id_BYTES_MIN || out.size() > kMaxPasswordKeyBytes) {
        return out_of_range("key length", out.size(), "16..1024 bytes");
    }
    if (Status ready = ensure_sodium(); !ready) return ready;
    // The lengths are in range: what is left to fail is the allocation.
    if (crypto_pwhash_argon2id(raw_mutable(out), out.size(), raw_chars(password), password.size(),
                               raw(salt), cost.passes, std::size_t{cost.memory_kib} * 1024,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
        return fail(ErrorCode::memory_exhausted, std::to_string(cost.memory_kib) + " KiB");
    }
    return {};
}

Status scrypt(Bytes password, std::span<const std::byte, 32> salt, const ScryptCost& cost,
              std::span<std::byte> out) {
    static_assert(crypto_pwhash_scryptsalsa208sha256_SALTBYTES == 32);
    if (cost.operations > kMaxScryptOperations) {
        return out_of_range("operations", cost.operations, "0..67108864");
    }
    if (cost.memory_bytes > kMaxScryptBytes) {
        return out_of_range("memory", cost.memory_bytes, "0..1073741824 bytes");
    }
    if (Status ready = ensure_sodium(); !ready) return ready;
    if (crypto_pwhash_scryptsalsa208sha256(raw_mutable(out), out.size(), raw_chars(password),
                                           password.size(), raw(salt), cost.operations,
                                           static_cast<std::size_t>(cost.memory_bytes)) != 0) {
        return fail(ErrorCode::memory_exhausted, std::to_string(cost.memory_bytes) + " bytes");
    }
    return {};
}

}  // namespace limpid::security
