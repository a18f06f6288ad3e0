#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "pbkdf2_examples.hpp"
#include "security/crypto/aead.hpp"
#include "security/crypto/ed25519.hpp"
#include "security/crypto/ed25519_sign.hpp"
#include "security/crypto/hash.hpp"
#include "security/crypto/kdf.hpp"
#include "security/crypto/mac.hpp"
#include "security/crypto/memory.hpp"
#include "unit/security/hex.hpp"

namespace limpid::security::crypto_test {
namespace {

std::vector<std::byte> repeated(std::size_t count, int value) {
    return std::vector<std::byte>(count, static_cast<std::byte>(value));
}

// FIPS 180-4 and RFC 7693 appendix A.
TEST(Hash, AgreesWithTheStandardsExamples) {
    EXPECT_EQ(encode_hex(sha256(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(encode_hex(sha512(as_bytes("abc"))),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    EXPECT_EQ(encode_hex(blake2b_512(as_bytes("abc"))),
              "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
              "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    // RFC 7693 gives no example of 32 bytes; this is what b2sum -l 256 prints.
    EXPECT_EQ(encode_hex(blake2b_256(as_bytes("abc"))),
              "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

template <class Stream>
auto in_pieces(Stream stream, Bytes message, std::size_t piece_bytes) {
    for (std::size_t at = 0; at < message.size(); at += piece_bytes) {
        stream.update(message.subspan(at, std::min(piece_bytes, message.size() - at)));
    }
    return stream.finish();
}

TEST(Hash, PiecesMakeTheWhole) {
    const auto message = repeated(1000, 0xa5);
    for (const std::size_t size : {1U, 63U, 64U, 127U, 128U, 999U, 1000U}) {
        EXPECT_EQ(in_pieces(Sha256Stream(), message, size), sha256(message));
        EXPECT_EQ(in_pieces(Sha512Stream(), message, size), sha512(message));
        EXPECT_EQ(in_pieces(Blake2b512Stream(), message, size), blake2b_512(message));
        EXPECT_EQ(in_pieces(HmacSha256(as_bytes("key")), message, size),
                  hmac_sha256(as_bytes("key"), message));
    }
}

// RFC 4231 section 4, cases 1 to 4, 6 and 7; case 5 truncates the tag.
TEST(Hmac, AgreesWithRfc4231) {
    struct Case {
        std::vector<std::byte> key;
        std::vector<std::byte> data;
        const char* sha256;
        const char* sha512;
    };
    const auto text = [](std::string_view t) {
        const Bytes bytes = as_bytes(t);
        return std::vector<std::byte>(bytes.begin(), bytes.end());
    };
    const std::array<Case, 6> cases = {
        {{repeated(20, 0x0b), text("Hi There"),
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
          "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
          "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"},
         {text("Jefe"), text("what do ya want for nothing?"),
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
          "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
          "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"},
         {repeated(20, 0xaa), repeated(50, 0xdd),
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
          "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
          "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"},
         {hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), repeated(50, 0xcd),
          "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
          "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
          "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"},
         {repeated(131, 0xaa), text("Test Using Larger Than Block-Size Key - Hash Key First"),
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
          "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
          "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
         {repeated(131, 0xaa),
          text("This is a test using a larger than block-size key and a larger than block-size "
               "data. The key needs to be hashed before being used by the HMAC algorithm."),
          "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
          "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
          "b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"}}};
    for (const Case& c : cases) {
        EXPECT_EQ(encode_hex(hmac_sha256(c.key, c.data)), c.sha256);
        EXPECT_EQ(encode_hex(hmac_sha512(c.key, c.data)), c.sha512);
    }
}

std::string hkdf_hex(Bytes ikm, Bytes salt, Bytes info, std::size_t size) {
    std::vector<std::byte> out(size);
    EXPECT_TRUE(hkdf_sha256(ikm, salt, info, out));
    return encode_hex(out);
}

// RFC 5869 appendix A, the three SHA-256 cases.
TEST(Hkdf, AgreesWithRfc5869) {
    EXPECT_EQ(
        hkdf_hex(repeated(22, 0x0b), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"),
                 42),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    std::vector<std::byte> counting(256);
    for (std::size_t i = 0; i < counting.size(); ++i) counting[i] = static_cast<std::byte>(i);
    const Bytes all = counting;
    EXPECT_EQ(hkdf_hex(all.first(0x50), all.subspan(0x60, 0x50), all.subspan(0xb0, 0x50), 82),
              "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
              "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
              "cc30c58179ec3e87c14c01d5c1f3434f1d87");
    EXPECT_EQ(
        hkdf_hex(repeated(22, 0x0b), {}, {}, 42),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, RefusesMoreThan255Blocks) {
    std::vector<std::byte> out(255 * 32 + 1);
    EXPECT_TRUE(hkdf_sha256(as_bytes("k"), {}, {}, std::span(out).first(255 * 32)));
    const auto refused = hkdf_sha256(as_bytes("k"), {}, {}, out);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().id(), ErrorCode::argument_invalid);
}

// RFC 7914 section 11, and RFC 6070's cases with SHA-256.
TEST(Pbkdf2, AgreesWithPublishedVectors) {
    const auto derive = [](std::string_view password, std::string_view salt,
                           std::uint32_t iterations, std::size_t size) {
        std::vector<std::byte> out(size);
        EXPECT_TRUE(pbkdf2_sha256(as_bytes(password), as_bytes(salt), iterations, out));
        return encode_hex(out);
    };
    using std::string_view_literals::operator""sv;
    for (const auto& [password, salt, iterations, derived_hex] : examples::kPbkdf2Examples) {
        EXPECT_EQ(derive(password, salt, iterations, derived_hex.size() / 2), derived_hex);
    }
    EXPECT_EQ(derive("password", "salt", 2, 32),
              "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43");
    EXPECT_EQ(derive("password", "salt", 4096, 32),
              "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a");
    EXPECT_EQ(derive("passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 40),
              "348c89dbcbd32b2f32d814b8116e84cf2b17347ebc1800181c4e2a1fb8dd53e1c635518c7dac47e9");
    EXPECT_EQ(derive("pass\0word"sv, "sa\0lt"sv, 4096, 16), "89b69d0516f829893c696226650a8687");
}

TEST(Pbkdf2, RefusesCostsThatAHostileFileMayName) {
    std::array<std::byte, 32> out{};
    EXPECT_FALSE(pbkdf2_sha256({}, {}, 0, out));
    EXPECT_FALSE(pbkdf2_sha256({}, {}, 10'000'001, out));
    EXPECT_FALSE(pbkdf2_sha256({}, {}, 1, {}));
    std::vector<std::byte> long_out(1025);
    EXPECT_FALSE(pbkdf2_sha256({}, {}, 1, long_out));
}

// RFC 9106 gives vectors only with a secret and associated data. This is what the reference program
// prints: echo -n password | argon2 somesaltsomesalt -id -t 2 -k 64 -p 1 -l 24 -r
TEST(Argon2id, AgreesWithTheReferenceProgram) {
    std::array<std::byte, 24> out{};
    ASSERT_TRUE(argon2id(as_bytes("password"), as_bytes("somesaltsomesalt").first<16>(),
                         {.memory_kib = 64, .passes = 2}, out));
    EXPECT_EQ(encode_hex(out), "7a19637412081df39725644030a66330767ec96494bee3f0");
}

// RFC 7914 gives N, r and p; libsodium makes N 1024, r 8 and p 1 of this cost, for which Python's
// hashlib.scrypt(b"password", salt=bytes(32), n=1024, r=8, p=1, dklen=32) gives the
// same.
TEST(Scrypt, AgreesWithTheReference) {
    std::array<std::byte, 32> out{};
    const auto salt = repeated(32, 0);
    ASSERT_TRUE(scrypt(as_bytes("password"), fixed<32>(salt),
                       {.operations = 32768, .memory_bytes = 1U << 24}, out));
    EXPECT_EQ(encode_hex(out), "771e1028865eb6820f661efc0b7c4c319c05bf6c8c5c746f0688605b9796b6f3");
    EXPECT_FALSE(scrypt({}, fixed<32>(salt), {.operations = (1U << 26) + 1}, out));
    EXPECT_FALSE(scrypt({}, fixed<32>(salt), {.memory_bytes = (1U << 30) + 1}, out));
}

TEST(Argon2id, RefusesCostsOutOfRange) {
    std::array<std::byte, 32> out{};
    const auto salt = repeated(16, 1);
    const auto derive = [&](Argon2Cost cost, std::span<std::byte> into) {
        return argon2id(as_bytes("password"), fixed<16>(salt), cost, into).has_value();
    };
    EXPECT_TRUE(derive({.memory_kib = 8, .passes = 1}, out));
    EXPECT_FALSE(derive({.memory_kib = 7, .passes = 1}, out));
    EXPECT_FALSE(derive({.memory_kib = (1U << 20) + 1, .passes = 1}, out));
    EXPECT_FALSE(derive({.memory_kib = 8, .passes = 0}, out));
    EXPECT_FALSE(derive({.memory_kib = 8, .passes = 65}, out));
    EXPECT_FALSE(derive({.memory_kib = 8, .passes = 1}, std::span(out).first(15)));
}

// RFC 8032 sections 7.1 (TEST 1 to 3 and SHA(abc)) and 7.3.
struct SignatureCase {
    const char* seed;
    const char* key;
    const char* message;
    const char* signature;
};

TEST(Ed25519, AgreesWithRfc8032) {
    constexpr std::array<SignatureCase, 3> kCases = {
        {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
          "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
         {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
         {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
          "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
          "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
          "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"}}};
    for (const SignatureCase& c : kCases) {
        const auto seed = hex(c.seed);
        const auto message = hex(c.message);
        const Ed25519SecretKey secret = ed25519_from_seed(fixed<32>(seed));
        EXPECT_EQ(encode_hex(secret.span().last<32>()), c.key);
        EXPECT_EQ(encode_hex(ed25519_sign(message, secret.span())), c.signature);
        EXPECT_TRUE(ed25519_verify(message, fixed<64>(hex(c.signature)), fixed<32>(hex(c.key))));
    }
}

TEST(Ed25519ph, AgreesWithRfc8032) {
    const auto seed = hex("833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42");
    const auto key = hex("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf");
    const auto signature =
        hex("98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41"
            "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406");
    Ed25519ph signing;
    signing.update(as_bytes("ab"));
    signing.update(as_bytes("c"));
    EXPECT_EQ(encode_hex(ed25519ph_sign(signing, ed25519_from_seed(fixed<32>(seed)).span())),
              encode_hex(signature));
    Ed25519ph verifying;
    verifying.update(as_bytes("abc"));
    EXPECT_TRUE(verifying.verify(fixed<64>(signature), fixed<32>(key)));
    EXPECT_FALSE(ed25519_verify(as_bytes("abc"), fixed<64>(signature), fixed<32>(key)));
}

TEST(Ed25519, RefusesEveryFlippedBit) {
    const Ed25519SecretKey secret = ed25519_from_seed(fixed<32>(repeated(32, 7)));
    const std::string message = "message";
    Ed25519Signature signature = ed25519_sign(as_bytes(message), secret.span());
    for (std::size_t bit = 0; bit < 512; ++bit) {
        const auto mask = static_cast<std::byte>(1U << bit % 8);
        signature[bit / 8] ^= mask;
        EXPECT_FALSE(ed25519_verify(as_bytes(message), signature, secret.span().last<32>()));
        signature[bit / 8] ^= mask;
    }
    EXPECT_TRUE(ed25519_verify(as_bytes(message), signature, secret.span().last<32>()));
}

// RFC 8439 section 2.8.2 and draft-irtf-cfrg-xchacha-03 appendix A.3.1.
constexpr std::string_view kSunscreen =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";
constexpr const char* kAeadKey = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f";

TEST(Aead, AgreesWithThePublishedExamples) {
    const auto key = hex(kAeadKey);
    const auto associated = hex("50515253c0c1c2c3c4c5c6c7");
    std::vector<std::byte> sealed(kSunscreen.size() + kAeadTagBytes);
    ASSERT_TRUE(chacha20poly1305_ietf_seal(fixed<32>(key),
                                           fixed<12>(hex("070000004041424344454647")), associated,
                                           as_bytes(kSunscreen), sealed));
    EXPECT_EQ(encode_hex(Bytes(sealed).last(16)), "1ae10b594f09e26a7e902ecbd0600691");
    ASSERT_TRUE(xchacha20poly1305_seal(
        fixed<32>(key), fixed<24>(hex("404142434445464748494a4b4c4d4e4f5051525354555657")),
        associated, as_bytes(kSunscreen), sealed));
    EXPECT_EQ(encode_hex(Bytes(sealed).last(16)), "c0875924c1c7987947deafd8780acf49");
}

TEST(Aead, OpensOnlyWhatWasSealed) {
    const auto key = hex(kAeadKey);
    const auto nonce = repeated(24, 3);
    std::vector<std::byte> sealed(3 + kAeadTagBytes);
    std::vector<std::byte> opened(3);
    ASSERT_TRUE(xchacha20poly1305_seal(fixed<32>(key), fixed<24>(nonce), as_bytes("name"),
                                       as_bytes("abc"), sealed));
    const auto open = [&](std::string_view associated) {
        return xchacha20poly1305_open(fixed<32>(key), fixed<24>(nonce), as_bytes(associated),
                                      sealed, opened);
    };
    ASSERT_TRUE(open("name"));
    EXPECT_EQ(encode_hex(opened), "616263");
    EXPECT_FALSE(open("other name"));
    EXPECT_EQ(encode_hex(opened), "000000");
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        const auto mask = static_cast<std::byte>(1U << bit % 8);
        sealed[bit / 8] ^= mask;
        EXPECT_FALSE(open("name")) << bit;
        sealed[bit / 8] ^= mask;
    }
}

TEST(Aead, RefusesSizesThatDoNotFit) {
    const auto key = hex(kAeadKey);
    const auto nonce = repeated(24, 3);
    std::vector<std::byte> sealed(kAeadTagBytes + 2);
    EXPECT_FALSE(
        xchacha20poly1305_seal(fixed<32>(key), fixed<24>(nonce), {}, as_bytes("abc"), sealed));
    std::vector<std::byte> opened(3);
    EXPECT_FALSE(xchacha20poly1305_open(fixed<32>(key), fixed<24>(nonce), {}, sealed, opened));
    EXPECT_FALSE(xchacha20poly1305_open(fixed<32>(key), fixed<24>(nonce), {},
                                        std::span(sealed).first(15), {}));
}

TEST(Memory, ComparesLengthAndEveryByte) {
    EXPECT_TRUE(equal_constant_time({}, {}));
    EXPECT_TRUE(equal_constant_time(as_bytes("abc"), as_bytes("abc")));
    EXPECT_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("abcd")));
    EXPECT_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("xbc")));
    EXPECT_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("abx")));
}

TEST(Memory, MovingAwayWipes) {
    WipedArray<4> from(fixed<4>(hex("01020304")));
    const WipedArray<4> to(std::move(from));
    EXPECT_EQ(encode_hex(to.span()), "01020304");
    EXPECT_EQ(encode_hex(from.span()), "00000000");  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace limpid::security::crypto_test
