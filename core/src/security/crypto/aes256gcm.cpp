#include "security/crypto/aes256gcm.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "security/crypto/memory.hpp"
#include "security/crypto/raw.hpp"
#include "security/crypto/sodium.hpp"

namespace limpid::security {
namespace {

static_assert(std::endian::native == std::endian::little, "blocks are read as two words");

constexpr std::size_t kAesBlockBytes = 16;
constexpr std::size_t kRounds = 14;

using Block = std::array<std::byte, kAesBlockBytes>;

/// Eight bytes side by side, each an element of GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197).
using Lanes = std::uint64_t;
constexpr Lanes kLowBits = 0x0101010101010101U;

/// `byte` in every lane.
constexpr Lanes repeat(std::uint8_t byte) { return kLowBits * byte; }

/// Every lane times x.
constexpr Lanes times_x(Lanes a) {
    const Lanes carry = a >> 7 & kLowBits;
    return (a & repeat(0x7F)) << 1 ^ carry ^ carry << 1 ^ carry << 3 ^ carry << 4;
}

constexpr Lanes multiply(Lanes a, Lanes b) {
    Lanes product = 0;
    for (int bit = 0; bit < 8; ++bit) {
        const Lanes ones = b >> bit & kLowBits;
        product ^= a & ((ones << 8) - ones);  // each 1 becomes 0xFF
        a = times_x(a);
    }
    return product;
}

constexpr Lanes rotate_left(Lanes a, int bits) {
    const auto kept = static_cast<std::uint8_t>(0xFF << bits);
    return (a << bits & repeat(kept)) |
           (a >> (8 - bits) & repeat(static_cast<std::uint8_t>(~kept)));
}

/// SubBytes of FIPS 197 section 5.1.1 as it is defined: the inverse, which is a^254, and an affine
/// map. A table would leave its index in the cache.
constexpr Lanes substitute(Lanes a) {
    const Lanes a2 = multiply(a, a);
    const Lanes a3 = multiply(a2, a);
    const Lanes a6 = multiply(a3, a3);
    const Lanes a12 = multiply(a6, a6);
    const Lanes a15 = multiply(a12, a3);
    Lanes a240 = a15;
    for (int i = 0; i < 4; ++i) a240 = multiply(a240, a240);
    const Lanes inverse = multiply(multiply(a240, a12), a2);
    return inverse ^ rotate_left(inverse, 1) ^ rotate_left(inverse, 2) ^ rotate_left(inverse, 3) ^
           rotate_left(inverse, 4) ^ repeat(0x63);
}
static_assert(substitute(0x5300) == 0x636363636363ED63U, "FIPS 197: S-box(00) = 63, (53) = ed");

/// Byte i of each column becomes byte i + 1.
constexpr Lanes rotate_columns(Lanes a) {
    return (a >> 8 & 0x00FFFFFF00FFFFFFU) | (a << 24 & 0xFF000000FF000000U);
}

constexpr Lanes mix_columns(Lanes a) {
    const Lanes b = rotate_columns(a);
    const Lanes c = rotate_columns(b);
    return times_x(a ^ b) ^ b ^ c ^ rotate_columns(c);
}

struct State {
    Lanes low = 0, high = 0;
};

State load(const Block& block) { return std::bit_cast<State>(block); }
Block store(const State& state) { return std::bit_cast<Block>(state); }

State shift_rows(const State& state) {
    const Block in = store(state);
    Block out{};
    for (std::size_t i = 0; i < kAesBlockBytes; ++i)
        out[i] = in[(i + 4 * (i % 4)) % kAesBlockBytes];
    return load(out);
}

/// The round keys of FIPS 197 section 5.2; wiped when destroyed.
class RoundKeys {
public:
    explicit RoundKeys(std::span<const std::byte, 32> key) noexcept {
        std::memcpy(words_.data(), key.data(), key.size());
        std::uint32_t round_constant = 1;
        for (std::size_t i = 8; i < words_.size(); ++i) {
            std::uint32_t word = words_[i - 1];
            if (i % 8 == 0) {
                word = static_cast<std::uint32_t>(substitute(std::rotr(word, 8))) ^ round_constant;
                round_constant <<= 1;
            } else if (i % 8 == 4) {
                word = static_cast<std::uint32_t>(substitute(word));
            }
            words_[i] = words_[i - 8] ^ word;
        }
    }
    RoundKeys(const RoundKeys&) = delete;
    RoundKeys& operator=(const RoundKeys&) = delete;
    ~RoundKeys() { wipe(std::as_writable_bytes(std::span(words_))); }

    [[nodiscard]] Block encrypt(const Block& block) const noexcept {
        State state = add(load(block), 0);
        for (std::size_t round = 1; round < kRounds; ++round) {
            state = shift_rows({substitute(state.low), substitute(state.high)});
            state = add({mix_columns(state.low), mix_columns(state.high)}, round);
        }
        state = shift_rows({substitute(state.low), substitute(state.high)});
        return store(add(state, kRounds));
    }

private:
    [[nodiscard]] State add(const State& state, std::size_t round) const noexcept {
        const auto at = [&](std::size_t i) { return Lanes{words_[4 * round + i]}; };
        return {state.low ^ at(0) ^ at(1) << 32, state.high ^ at(2) ^ at(3) << 32};
    }

    std::array<std::uint32_t, 4 * (kRounds + 1)> words_{};
};

/// GHASH of SP 800-38D section 6.4, bit by bit: 128 masked additions a block.
class Ghash {
public:
    explicit Ghash(const Block& key) noexcept : key_{word(key, 0), word(key, 8)} {}
    Ghash(const Ghash&) = delete;
    Ghash& operator=(const Ghash&) = delete;
    ~Ghash() { wipe(std::as_writable_bytes(std::span(key_))); }

    /// `bytes`, filled up with zeros to whole blocks.
    void update(Bytes bytes) noexcept {
        while (!bytes.empty()) {
            Block block{};
            const std::size_t count = std::min(bytes.size(), block.size());
            std::memcpy(block.data(), bytes.data(), count);
            absorb(word(block, 0), word(block, 8));
            bytes = bytes.subspan(count);
        }
    }

    [[nodiscard]] Block finish(std::uint64_t associated_bytes,
                               std::uint64_t ciphertext_bytes) noexcept {
        absorb(associated_bytes * 8, ciphertext_bytes * 8);
        return std::bit_cast<Block>(std::array{std::byteswap(high_), std::byteswap(low_)});
    }

private:
    static std::uint64_t word(const Block& block, std::size_t at) noexcept {
        std::uint64_t value = 0;
        std::memcpy(&value, block.data() + at, sizeof value);
        return std::byteswap(value);
    }

    void absorb(std::uint64_t high, std::uint64_t low) noexcept {
        high ^= high_;
        low ^= low_;
        high_ = low_ = 0;
        auto [power_high, power_low] = key_;
        for (int i = 0; i < 128; ++i) {
            const std::uint64_t taken = 0 - (high >> 63);
            high_ ^= power_high & taken;
            low_ ^= power_low & taken;
            high = high << 1 | low >> 63;
            low <<= 1;
            const std::uint64_t carry = 0 - (power_low & 1);
            power_low = power_low >> 1 | power_high << 63;
            // x^128 = x^7 + x^2 + x + 1, in GCM's reflected order of bits.
            power_high = power_high >> 1 ^ (0xE100000000000000U & carry);
        }
    }

    std::array<std::uint64_t, 2> key_;
    std::uint64_t high_ = 0, low_ = 0;
};

Block counter_block(std::span<const std::byte, 12> nonce, std::uint32_t counter) {
    Block block{};
    std::ranges::copy(nonce, block.begin());
    counter = std::byteswap(counter);
    std::memcpy(block.data() + nonce.size(), &counter, sizeof counter);
    return block;
}

void add_key_stream(Bytes in, Bytes key_stream, std::span<std::byte> out) {
    std::ranges::transform(in, key_stream.first(in.size()), out.begin(),
                           [](std::byte a, std::byte b) { return a ^ b; });
}

/// SP 800-38D bounds a message to 2^39 - 256 bits; the counter must not come round.
constexpr std::uint64_t kMaxCiphertextBytes = (std::uint64_t{1} << 36U) - 32;

bool sizes_fit(Bytes sealed, std::span<std::byte> plaintext) {
    return sealed.size() >= kAesGcmTagBytes &&
           plaintext.size() == sealed.size() - kAesGcmTagBytes &&
           std::uint64_t{plaintext.size()} <= kMaxCiphertextBytes;
}

}  // namespace

bool aes256gcm_open_portable(std::span<const std::byte, 32> key,
                             std::span<const std::byte, 12> nonce, Bytes associated, Bytes sealed,
                             std::span<std::byte> plaintext) noexcept {
    if (!sizes_fit(sealed, plaintext)) return false;
    const Bytes ciphertext = sealed.first(plaintext.size());
    const Bytes tag = sealed.subspan(plaintext.size());
    const RoundKeys cipher(key);

    Ghash hash(cipher.encrypt({}));
    hash.update(associated);
    hash.update(ciphertext);
    const Block sum = hash.finish(associated.size(), ciphertext.size());
    Block expected{};
    add_key_stream(sum, cipher.encrypt(counter_block(nonce, 1)), expected);
    if (!equal_constant_time(expected, tag)) {
        std::ranges::fill(plaintext, std::byte{});
        return false;
    }

    std::uint32_t counter = 2;
    for (std::size_t at = 0; at < ciphertext.size(); at += kAesBlockBytes) {
        Block key_stream = cipher.encrypt(counter_block(nonce, counter++));
        const std::size_t count = std::min(kAesBlockBytes, ciphertext.size() - at);
        add_key_stream(ciphertext.subspan(at, count), key_stream, plaintext.subspan(at, count));
        wipe(key_stream);
    }
    return true;
}

// libsodium has AES-256-GCM for x86-64's instructions only; elsewhere tools/deps builds it without.
#if defined(__x86_64__)
bool aes256gcm_open(std::span<const std::byte, 32> key, std::span<const std::byte, 12> nonce,
                    Bytes associated, Bytes sealed, std::span<std::byte> plaintext) noexcept {
    if (!ensure_sodium() || crypto_aead_aes256gcm_is_available() == 0) {
        return aes256gcm_open_portable(key, nonce, associated, sealed, plaintext);
    }
    if (!sizes_fit(sealed, plaintext)) return false;
    const bool genuine = crypto_aead_aes256gcm_decrypt(
                             raw_mutable(plaintext), nullptr, nullptr, raw(sealed), sealed.size(),
                             raw(associated), associated.size(), raw(nonce), raw(key)) == 0;
    if (!genuine) std::ranges::fill(plaintext, std::byte{});
    return genuine;
}
#else
bool aes256gcm_open(std::span<const std::byte, 32> key, std::span<const std::byte, 12> nonce,
                    Bytes associated, Bytes sealed, std::span<std::byte> plaintext) noexcept {
    return aes256gcm_open_portable(key, nonce, associated, sealed, plaintext);
}
#endif

}  // namespace limpid::security
