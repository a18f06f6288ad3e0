#include "limpid/security/keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "limpid/security/signing_key.hpp"
#include "security/crypto/hash.hpp"
#include "unit/security/hex.hpp"
#include "unit/security/test_keys.hpp"

namespace limpid::security::keys_test {
namespace {

class CountingSource final : public RandomSource {
public:
    void fill(std::span<std::byte> bytes) noexcept override {
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(next_++);
    }

private:
    int next_ = 0;
};

TEST(KeyId, IsWrittenAsMinisignPrintsIt) {
    const KeyId id{{std::byte{0x01}, std::byte{0x23}, std::byte{0x45}, std::byte{0x67},
                    std::byte{0x89}, std::byte{0xab}, std::byte{0xcd}, std::byte{0xef}}};
    EXPECT_EQ(to_string(id), "EFCDAB8967452301");
    EXPECT_EQ(parse_key_id("EFCDAB8967452301").value(), id);
    EXPECT_EQ(parse_key_id("efcdab8967452301").value(), id);
    for (const char* text : {"", "EFCDAB896745230", "EFCDAB89674523011", "EFCDAB896745230G"}) {
        const auto refused = parse_key_id(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().id(), ErrorCode::key_malformed);
    }
}

TEST(VerifyKey, NamesABareKeyByItsDigest) {
    const SigningKey key = test_key(1);
    const Digest256 digest = blake2b_256(key.verify_key().bytes());
    EXPECT_TRUE(std::ranges::equal(key.id().bytes, Bytes(digest).first(8)));
}

TEST(VerifyKey, RoundTripsThroughItsLine) {
    const VerifyKey key = test_key(2).verify_key();
    const std::string line = to_string(key);
    EXPECT_EQ(line.size(), 56U);
    EXPECT_TRUE(line.starts_with("RW"));
    EXPECT_EQ(parse_verify_key(line).value(), key);
    for (std::size_t i = 0; i < line.size(); ++i) {
        std::string cut = line;
        cut.erase(i, 1);
        EXPECT_FALSE(parse_verify_key(cut)) << i;
    }
    EXPECT_FALSE(parse_verify_key(" " + line));
    EXPECT_FALSE(parse_verify_key(line + "\n"));
}

TEST(VerifyKey, RefusesWhatIsNoPointOfPrimeOrder) {
    // The neutral element, a point of order 8, y = p (not canonical), and y = 2 (not on the curve).
    for (const char* text : {"0100000000000000000000000000000000000000000000000000000000000000",
                             "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                             "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                             "0200000000000000000000000000000000000000000000000000000000000000"}) {
        const auto refused = VerifyKey::from_bytes(hex(text));
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().id(), ErrorCode::key_malformed);
    }
    const auto key = hex(std::string(66, 'a'));
    EXPECT_FALSE(VerifyKey::from_bytes(key));
    EXPECT_FALSE(VerifyKey::from_bytes(Bytes(key).first(31)));
}

TEST(SigningKey, ComesFromTheRandomSourceAlone) {
    CountingSource a;
    CountingSource b;
    const auto first = SigningKey::generate(a);
    const auto same = SigningKey::generate(b);
    const auto next = SigningKey::generate(a);
    ASSERT_TRUE(first && same && next);
    EXPECT_EQ(first->verify_key(), same->verify_key());
    EXPECT_NE(first->verify_key(), next->verify_key());
}

TEST(SigningKey, RefusesHalvesThatDoNotBelongTogether) {
    const SigningKey key = test_key(3);
    std::vector<std::byte> pair(key.key_pair().expose().begin(), key.key_pair().expose().end());
    ASSERT_TRUE(SigningKey::from_key_pair(pair, key.id()));
    pair[40] ^= std::byte{1};
    const auto refused = SigningKey::from_key_pair(pair, key.id());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id(), ErrorCode::key_malformed);
    EXPECT_FALSE(SigningKey::from_key_pair(Bytes(pair).first(63), key.id()));
    EXPECT_FALSE(SigningKey::from_seed(Bytes(pair).first(31)));
}

TEST(SigningKey, SignsWhatItsVerifyKeyVerifies) {
    const SigningKey key = test_key(4);
    const Signature signature = key.sign(as_bytes("message"));
    EXPECT_TRUE(verify(as_bytes("message"), signature, key.verify_key()));
    EXPECT_EQ(verify(as_bytes("massage"), signature, key.verify_key()).error().id(),
              ErrorCode::signature_mismatch);
    EXPECT_EQ(verify(as_bytes("message"), signature, test_key(5).verify_key()).error().id(),
              ErrorCode::signature_mismatch);
    EXPECT_EQ(
        verify(as_bytes("message"), Bytes(signature).first(63), key.verify_key()).error().id(),
        ErrorCode::signature_malformed);
}

TEST(MessageInPieces, IsTheSameForAnyPieces) {
    const SigningKey key = test_key(6);
    MessageInPieces whole;
    whole.update(as_bytes("one two three"));
    const auto signature = key.sign(whole);
    ASSERT_TRUE(signature);
    MessageInPieces pieces;
    for (const char* piece : {"one", "", " two", " three"}) pieces.update(as_bytes(piece));
    EXPECT_TRUE(pieces.verify(*signature, key.verify_key()));
    EXPECT_FALSE(verify(as_bytes("one two three"), *signature, key.verify_key()));
}

TEST(MessageInPieces, EndsOnce) {
    const SigningKey key = test_key(7);
    MessageInPieces message;
    const auto signature = key.sign(message);
    ASSERT_TRUE(signature);
    EXPECT_EQ(key.sign(message).error().id(), ErrorCode::argument_invalid);
    message.update(as_bytes("ignored"));
    EXPECT_EQ(message.verify(*signature, key.verify_key()).error().id(),
              ErrorCode::argument_invalid);
}

}  // namespace
}  // namespace limpid::security::keys_test
