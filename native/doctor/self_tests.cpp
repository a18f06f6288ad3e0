#include "doctor/self_tests.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "crypto/openssl_verifier.hpp"
#include "limpid/digest.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/jws.hpp"
#include "limpid/security/keyring.hpp"
#include "limpid/security/seal.hpp"

namespace limpid::doctor {
namespace {

using security::as_bytes;

// tests/data/sizes/7x5.png.
constexpr std::string_view kPicture =
    "iVBORw0KGgoAAAANSUhEUgAAAAcAAAAFCAIAAAAG+GGPAAAAeUlEQVR42gFuAJH/ABEuMA9XZiA4My5AOTBFPzRLR1tt"
    "cAESJSMJCAc6KCbi7+/9CQoB/wAfHSICIRYXIhgb9Pj2Px0cIP8CDPb1CgMEA1NEPi0pJTImH/z28dnU0fDt5SAYCgRQ"
    "RzwB//4A/vsdEgwnJyDj8eb3/PL2USe2RKt1tgAAAABJRU5ErkJggg==";

// RFC 8032 section 7.1, test 2: a message of one byte.
constexpr std::string_view kEd25519Key =
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
constexpr std::string_view kEd25519Message = "72";
constexpr std::string_view kEd25519Signature =
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

// RFC 7515 appendix A.3.
constexpr std::string_view kEs256PublicKey =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr std::string_view kEs256Example =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    "."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

std::string picture_digest() {
    const auto picture = security::decode_base64(kPicture, security::Base64::standard);
    if (!picture) return std::string(picture.error().code());
    EnhanceOptions options;
    options.format = FileFormat::jpeg;
    const auto enhanced = enhance(picture->span(), options);
    if (!enhanced) return std::string(enhanced.error().code());
    return to_hex(sha256(enhanced->bytes.span()));
}

void test_ed25519(SelfTestFacts& facts) {
    const auto key_bytes = security::decode_hex(kEd25519Key);
    const auto message = security::decode_hex(kEd25519Message);
    auto signature = security::decode_hex(kEd25519Signature);
    if (!key_bytes || !message || !signature) return;
    const auto key = security::VerifyKey::from_bytes(key_bytes->span());
    if (!key) return;
    facts.ed25519_accepts = security::verify(message->span(), signature->span(), *key).has_value();
    std::vector<std::byte> changed(signature->span().begin(), signature->span().end());
    changed.front() ^= std::byte{1};
    facts.ed25519_refuses = !security::verify(message->span(), changed, *key).has_value();
}

void test_es256(SelfTestFacts& facts) {
    const auto key = security::parse_jwk(kEs256PublicKey);
    if (!key) return;
    const crypto::OpenSslVerifier verifier;
    const security::JwsOptions options{.asymmetric = &verifier};
    const std::vector keys = {*key};
    facts.es256_accepts = security::verify_jws(kEs256Example, keys, options).has_value();
    std::string changed(kEs256Example);
    changed[changed.size() - 10] = changed[changed.size() - 10] == 'A' ? 'B' : 'A';
    facts.es256_refuses = !security::verify_jws(changed, keys, options).has_value();
}

void test_sealing(SelfTestFacts& facts, security::UnixSeconds now, security::RandomSource& random) {
    const auto ring = security::Keyring::create("doctor", now, random);
    if (!ring) return;
    const security::RecordName record{.purpose = "self-test", .name = "doctor"};
    const auto sealed = security::seal(*ring, record, as_bytes("what is sealed"), random);
    if (!sealed) return;
    const auto opened = security::unseal(*ring, record, *sealed, now);
    facts.sealing_opens = opened && opened->expose_text() == "what is sealed";
    facts.memory_is_guarded = opened && opened->guarded();
    const security::RecordName other{.purpose = "self-test", .name = "other"};
    facts.sealing_refuses = !security::unseal(*ring, other, *sealed, now).has_value();
}

bool differs(security::RandomSource& random) {
    std::array<std::byte, 32> first{};
    std::array<std::byte, 32> second{};
    random.fill(first);
    random.fill(second);
    return first != second;
}

}  // namespace

SelfTestFacts run_self_tests(security::RandomSource& random) {
    SelfTestFacts facts;
    facts.sha256_of_abc = to_hex(sha256(as_bytes("abc")));
    test_ed25519(facts);
    test_es256(facts);
    test_sealing(facts, security::UnixSeconds{0}, random);
    facts.random_differs = differs(random);
    facts.picture_digest = picture_digest();
    return facts;
}

}  // namespace limpid::doctor
