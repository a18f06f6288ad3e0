#include "security/crypto/aes256gcm.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "unit/security/hex.hpp"
#include "unit/security/seeded_random.hpp"

namespace limpid::security::aes256gcm_test {
namespace {

struct Vector {
    const char* key;
    const char* nonce;
    const char* associated;
    const char* plaintext;
    const char* sealed;
};

constexpr const char* kZeroKey = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr const char* kKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";

// Test cases 13 to 16 of McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)".
const Vector kVectors[] = {
    {kZeroKey, "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {kZeroKey, "000000000000000000000000", "", "00000000000000000000000000000000",
     "cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919"},
    {kKey, "cafebabefacedbaddecaf888", "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
     "b094dac5d93471bdec1a502270e3cc6c"},
    {kKey, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

using Open = bool (*)(std::span<const std::byte, 32>, std::span<const std::byte, 12>, Bytes, Bytes,
                      std::span<std::byte>) noexcept;

void expect_opens_and_notices_every_bit(Open open, const Vector& vector) {
    const auto key = hex(vector.key);
    const auto nonce = hex(vector.nonce);
    const auto associated = hex(vector.associated);
    const auto expected = hex(vector.plaintext);
    auto sealed = hex(vector.sealed);
    ASSERT_EQ(sealed.size(), expected.size() + kAesGcmTagBytes);
    std::vector<std::byte> plaintext(expected.size());
    ASSERT_TRUE(open(fixed<32>(key), fixed<12>(nonce), associated, sealed, plaintext));
    EXPECT_EQ(plaintext, expected);

    const std::vector<std::byte> zeros(expected.size());
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        const auto flip = std::byte{1} << (bit % 8);
        sealed[bit / 8] ^= flip;
        EXPECT_FALSE(open(fixed<32>(key), fixed<12>(nonce), associated, sealed, plaintext)) << bit;
        EXPECT_EQ(plaintext, zeros);
        sealed[bit / 8] ^= flip;
    }
}

TEST(Aes256Gcm, I7_OpensThePublishedExamplesAndNothingElse) {
    for (const Vector& vector : kVectors) {
        expect_opens_and_notices_every_bit(&aes256gcm_open_portable, vector);
        expect_opens_and_notices_every_bit(&aes256gcm_open, vector);
    }
}

TEST(Aes256Gcm, RefusesSizesThatDoNotFit) {
    const std::vector<std::byte> key(32);
    const std::vector<std::byte> nonce(12);
    const std::vector<std::byte> tag = hex(kVectors[0].sealed);
    std::vector<std::byte> one(1);
    for (const Open open : {&aes256gcm_open_portable, &aes256gcm_open}) {
        EXPECT_TRUE(open(fixed<32>(key), fixed<12>(nonce), {}, tag, {}));
        EXPECT_FALSE(open(fixed<32>(key), fixed<12>(nonce), {}, tag, one));
        for (std::size_t size = 0; size < tag.size(); ++size) {
            const std::vector<std::byte> cut(tag.begin(),
                                             tag.begin() + static_cast<std::ptrdiff_t>(size));
            EXPECT_FALSE(open(fixed<32>(key), fixed<12>(nonce), {}, cut, {}));
        }
    }
}

TEST(Aes256Gcm, BothImplementationsGiveTheSameVerdictOnRandomBytes) {
    SeededRandom random(1);
    for (std::size_t size = kAesGcmTagBytes; size < 100; ++size) {
        std::vector<std::byte> key(32);
        std::vector<std::byte> nonce(12);
        std::vector<std::byte> sealed(size);
        random.fill(key);
        random.fill(nonce);
        random.fill(sealed);
        std::vector<std::byte> plaintext(size - kAesGcmTagBytes);
        EXPECT_FALSE(
            aes256gcm_open_portable(fixed<32>(key), fixed<12>(nonce), key, sealed, plaintext));
        EXPECT_FALSE(aes256gcm_open(fixed<32>(key), fixed<12>(nonce), key, sealed, plaintext));
    }
}

}  // namespace
}  // namespace limpid::security::aes256gcm_test
