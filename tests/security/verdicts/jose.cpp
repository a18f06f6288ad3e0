// JSON Web Signatures and Keys: a group's key is read and its tokens are verified as a program
// would that uses the library.
#include <algorithm>
#include <array>
#include <vector>

#include "limpid/security/jwk.hpp"
#include "limpid/security/jws.hpp"
#include "security/verdicts/suites.hpp"

namespace limpid::verdicts {
namespace {

using security::AsymmetricVerifier;
using security::JwsKey;

constexpr std::array kVerifiedHere = {"HS256", "EdDSA", "Ed25519"};
constexpr std::array kVerifiedByOpenSsl = {"RS256", "PS256", "ES256"};

bool is_word_of(std::string_view text, std::string_view others) {
    return std::ranges::all_of(text, [&](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               others.contains(c);
    });
}

/// What a rule looks at.
struct RuledVector {
    /// The JSON Web Key or key set.
    const Json& key;
    std::string_view token;
    const AsymmetricVerifier* asymmetric;
};

bool has_member_that(const Json& key, const char* member, bool (*predicate)(std::string_view)) {
    if (key.contains("keys")) {
        return std::ranges::any_of(key.at("keys"), [&](const Json& one) {
            return has_member_that(one, member, predicate);
        });
    }
    return key.contains(member) && predicate(key.at(member).get_ref<const std::string&>());
}

bool is_by_openssl(std::string_view name) {
    return std::ranges::find(kVerifiedByOpenSsl, name) != kVerifiedByOpenSsl.end();
}

bool is_foreign(std::string_view name) {
    return !is_by_openssl(name) && std::ranges::find(kVerifiedHere, name) == kVerifiedHere.end();
}

bool has_foreign_character(const RuledVector& vector) { return !is_word_of(vector.token, "_-."); }

bool is_unusual_id(std::string_view id) {
    return id.empty() || id.size() > 64 || !is_word_of(id, "_-");
}

/// Why a token that Wycheproof calls valid is refused all the same.
struct ValidRefusal {
    std::string_view code;
    std::string_view reason;
    bool (*applies)(const RuledVector& vector);
};

constexpr std::array kValidRefusals = {
    ValidRefusal{"jwk.unsupported", "an algorithm that limpid does not have",
                 [](const RuledVector& v) { return has_member_that(v.key, "alg", is_foreign); }},
    ValidRefusal{"jwk.unsupported", "a kid that is not 1 to 64 of A-Z a-z 0-9 _ -",
                 [](const RuledVector& v) { return has_member_that(v.key, "kid", is_unusual_id); }},
    ValidRefusal{"jwt.malformed", "a character outside base64url", has_foreign_character},
    // The signature is made without the character, so that it fits only where it is passed over.
    ValidRefusal{"jwt.signature_mismatch", "a character outside base64url", has_foreign_character},
    ValidRefusal{"jwt.unsupported_algorithm", "an algorithm that needs OpenSSL",
                 [](const RuledVector& v) {
                     return v.asymmetric == nullptr && has_member_that(v.key, "alg", is_by_openssl);
                 }},
};

Answer refused_by(const Error& error, const RuledVector& vector) {
    const auto* const rule =
        std::ranges::find_if(kValidRefusals, [&](const ValidRefusal& candidate) {
            return candidate.code == error.code() && candidate.applies(vector);
        });
    return {.accepted = false,
            .code = std::string(error.code()),
            .rule = rule == kValidRefusals.end() ? "" : std::string(rule->reason)};
}

/// The library has no reader for a set of secrets: a program has each by itself. Any other set is
/// read as the public one that it should be.
bool is_set_to_read(const Json& given) {
    return given.contains("keys") && !std::ranges::all_of(given.at("keys"), [](const Json& key) {
               return key.at("kty") == "oct";
           });
}

Result<std::vector<JwsKey>> read_keys(const Json& given) {
    if (is_set_to_read(given)) {
        auto set = security::parse_jwk_set(given.dump());
        if (!set) return std::unexpected(set.error());
        return std::move(set->keys);
    }
    std::vector<JwsKey> keys;
    for (const Json& one : given.contains("keys") ? given.at("keys") : Json::array({given})) {
        auto key = security::parse_jwk(one.dump());
        if (!key) return std::unexpected(key.error());
        keys.push_back(*std::move(key));
    }
    return keys;
}

}  // namespace

Answer answer_jws(const Json& group, const Json& test, const AsymmetricVerifier* asymmetric) {
    const RuledVector vector{.key = group.at(group.contains("public") ? "public" : "private"),
                             .token = test.at("jws").get_ref<const std::string&>(),
                             .asymmetric = asymmetric};
    const auto keys = read_keys(vector.key);
    if (!keys) return refused_by(keys.error(), vector);
    const auto jws = security::verify_jws(vector.token, *keys, {.asymmetric = asymmetric});
    return jws ? Answer{.accepted = true} : refused_by(jws.error(), vector);
}

}  // namespace limpid::verdicts
