// The examples that standards print.
#include <array>
#include <string>
#include <vector>

#include "limpid/security/encoding.hpp"
#include "limpid/security/jwk.hpp"
#include "limpid/security/jws.hpp"
#include "limpid/security/jwt.hpp"
#include "security/crypto/kdf.hpp"
#include "security/verdicts/suites.hpp"
#include "unit/security/jose_examples.hpp"
#include "unit/security/pbkdf2_examples.hpp"

namespace limpid::verdicts {
namespace {

namespace examples = security::examples;
using security::AsymmetricVerifier;
using security::JwsKey;

constexpr std::string_view kAccepted = "accepted";

std::string refused(const Error& error) { return "refused " + std::string(error.code()); }

/// Collects verdict lines.
class Judge {
public:
    void add(const std::string& example, const std::string& verdict, std::string_view expected) {
        judged_.lines += "rfc " + example + " " + verdict + "\n";
        ++judged_.vectors;
        judged_.accepted += verdict == kAccepted ? 1 : 0;
        if (verdict != expected) {
            judged_.wrong.push_back("rfc " + example + " is " + verdict + ", expected " +
                                    std::string(expected));
        }
    }
    [[nodiscard]] Judged take() { return std::move(judged_); }

private:
    Judged judged_;
};

/// A key, a token, and the payload that was signed.
struct JwsExample {
    const char* name;
    std::string_view key;
    std::string token;
    std::string_view payload;
    std::string_view expected = kAccepted;
    /// Whether nothing but an AsymmetricVerifier can accept it.
    bool is_asymmetric = false;
};

std::string judge_jws(const JwsExample& example, const AsymmetricVerifier* asymmetric) {
    const auto key = security::parse_jwk(example.key);
    if (!key) return refused(key.error());
    const auto jws = security::verify_jws(example.token, {&*key, 1}, {.asymmetric = asymmetric});
    if (!jws) return refused(jws.error());
    const auto* const first = reinterpret_cast<const char*>(jws->payload.data());
    return std::string_view(first, jws->payload.size()) == example.payload
               ? std::string(kAccepted)
               : "accepted with another payload";
}

/// The parts of a compact serialisation.
struct Parts {
    std::string header, payload, signature;
};

Parts parts_of(std::string_view token) {
    const std::size_t first = token.find('.');
    const std::size_t last = token.rfind('.');
    return {std::string(token.substr(0, first)),
            std::string(token.substr(first + 1, last - first - 1)),
            std::string(token.substr(last + 1))};
}

/// RFC 7515 appendix A.6: the signatures of A.2 and A.3 over one payload.
std::string general_json() {
    const Parts rs256 = parts_of(examples::kRs256Token);
    const Parts es256 = parts_of(examples::kEs256Token);
    return R"({"payload":")" + rs256.payload + R"(","signatures":[{"protected":")" + rs256.header +
           R"(","header":{"kid":"2010-12-29"},"signature":")" + rs256.signature +
           R"("},{"protected":")" + es256.header +
           R"(","header":{"kid":"e9bc097a-ce51-4036-9562-d2ade882db0d"},"signature":")" +
           es256.signature + R"("}]})";
}

/// RFC 7515 appendix A.7: the same with the signature of A.3 only.
std::string flattened_json() {
    const Parts es256 = parts_of(examples::kEs256Token);
    return R"({"payload":")" + es256.payload + R"(","protected":")" + es256.header +
           R"(","header":{"kid":"e9bc097a-ce51-4036-9562-d2ade882db0d"},"signature":")" +
           es256.signature + R"("})";
}

std::vector<JwsExample> jws_examples() {
    using namespace examples;  // NOLINT(google-build-using-namespace): constants only
    const auto text = [](std::string_view token) { return std::string(token); };
    return {
        {"7515-a.1-hs256", kHs256Key, text(kHs256Token), kClaims},
        {"7515-a.2-rs256", kRs256Key, text(kRs256Token), kClaims, kAccepted, true},
        {"7515-a.3-es256", kEs256Key, text(kEs256Token), kClaims, kAccepted, true},
        {"7515-a.4-es512", kEs512Key, text(kEs512Token), "Payload", "refused jwk.unsupported"},
        {"7515-a.5-none", kHs256Key, text(kUnsecuredToken), kClaims, "refused jwt.wrong_algorithm"},
        {"7515-a.6-general-json", kRs256Key, general_json(), kClaims, "refused jwt.malformed"},
        {"7515-a.7-flattened-json", kEs256Key, flattened_json(), kClaims, "refused jwt.malformed"},
        {"7519-a.1-encrypted", kRs256Key, text(kEncryptedToken), kClaims, "refused jwt.encrypted"},
        {"7519-a.2-nested", kRs256Key, text(kNestedToken), kClaims, "refused jwt.encrypted"},
        {"8037-a.1-private-key", kEd25519PrivateKey, text(kEd25519Token), kEd25519Payload,
         "refused jwk.private_key"},
        {"8037-a.5-eddsa", kEd25519PublicKey, text(kEd25519Token), kEd25519Payload},
    };
}

/// RFC 7519 section 3.1: a token of "joe" that ends in March 2011.
std::string judge_claims(std::int64_t now) {
    const security::JwtPolicy policy{.issuers = {"joe"}, .require_audience = false};
    const std::vector<JwsKey> keys{security::parse_jwk(examples::kHs256Key).value()};
    const auto jwt = security::verify_jwt(examples::kHs256Token, keys, policy, {now});
    if (!jwt) return refused(jwt.error());
    return jwt->claims.boolean("http://example.com/is_root") == true ? std::string(kAccepted)
                                                                     : "accepted without its claim";
}

/// RFC 8037 appendix A.4: EdDSA gives one signature, so the token must come out as printed.
std::string judge_signing() {
    const auto key = security::parse_signing_jwk(examples::kEd25519PrivateKey);
    if (!key) return refused(key.error());
    const auto token = security::sign_jws(security::as_bytes(examples::kEd25519Payload), *key);
    if (!token) return refused(token.error());
    return *token == examples::kEd25519Token ? std::string(kAccepted) : "another token";
}

std::string judge_pbkdf2(const examples::Pbkdf2Example& example) {
    std::vector<std::byte> derived(example.derived_hex.size() / 2);
    const Status done =
        security::pbkdf2_sha256(security::as_bytes(example.password),
                                security::as_bytes(example.salt), example.iterations, derived);
    if (!done) return refused(done.error());
    return security::encode_hex(derived) == example.derived_hex ? std::string(kAccepted)
                                                                : "another key";
}

}  // namespace

Judged judge_examples(const AsymmetricVerifier* asymmetric) {
    constexpr std::int64_t kBeforeItsEnd = 1'300'819'379;
    constexpr std::int64_t kYearsLater = 1'700'000'000;
    Judge judge;
    for (const JwsExample& example : jws_examples()) {
        const bool beyond_us = example.is_asymmetric && asymmetric == nullptr;
        judge.add(example.name, judge_jws(example, asymmetric),
                  beyond_us ? "refused jwt.unsupported_algorithm" : example.expected);
    }
    judge.add("7519-3.1-claims", judge_claims(kBeforeItsEnd), kAccepted);
    judge.add("7519-3.1-claims-expired", judge_claims(kYearsLater), "refused jwt.expired");
    judge.add("8037-a.4-signing", judge_signing(), kAccepted);
    for (std::size_t i = 0; i < examples::kPbkdf2Examples.size(); ++i) {
        judge.add("7914-11-pbkdf2-" + std::to_string(i + 1),
                  judge_pbkdf2(examples::kPbkdf2Examples[i]), kAccepted);
    }
    return judge.take();
}

}  // namespace limpid::verdicts
