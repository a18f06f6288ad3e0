#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_writer.hpp"
#include "limpid/security/jwt.hpp"
#include "security/ascii.hpp"
#include "security/verify/jose_json.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 7> kRegisteredClaims{"iss", "sub", "aud", "exp",
                                                            "nbf", "iat", "jti"};

std::string json_text(std::string_view text) { return std::move(JsonWriter().value(text)).take(); }

std::string json_texts(const std::vector<std::string>& texts) {
    JsonWriter json;
    json.begin_array();
    for (const std::string& text : texts) json.value(std::string_view(text));
    json.end_array();
    return std::move(json).take();
}

/// Claims by name, each the JSON text of its value.
using ClaimTexts = std::map<std::string, std::string, std::less<>>;

Status add_own_claims(std::string_view json, ClaimTexts& out) {
    constexpr std::size_t kMaxJwtBytes = 8192;
    if (json.size() > kMaxJwtBytes) {
        return fail(ErrorCode::argument_invalid,
                    "claims_json has " + std::to_string(json.size()) + " bytes; at most 8192");
    }
    const Result<Json> tree = parse_jose_object(json, ErrorCode::argument_invalid);
    if (!tree) return std::unexpected(tree.error());
    for (const auto& [name, value] : tree->items()) {
        if (std::ranges::find(kRegisteredClaims, name) != kRegisteredClaims.end()) {
            return fail(ErrorCode::argument_invalid, name + " has a field of its own");
        }
        out.emplace(name, value.dump());
    }
    return {};
}

void add_registered_claims(const JwtContents& contents, UnixSeconds now, ClaimTexts& out) {
    if (!contents.issuer.empty()) out.emplace("iss", json_text(contents.issuer));
    if (!contents.subject.empty()) out.emplace("sub", json_text(contents.subject));
    if (!contents.token_id.empty()) out.emplace("jti", json_text(contents.token_id));
    // RFC 7519 section 4.1.3: one audience may stand without array, and readers expect it so.
    if (contents.audiences.size() == 1) {
        out.emplace("aud", json_text(contents.audiences[0]));
    } else if (!contents.audiences.empty()) {
        out.emplace("aud", json_texts(contents.audiences));
    }
    out.emplace("iat", std::to_string(now.value));
    out.emplace("exp", std::to_string(now.value + contents.lifetime_s));
    if (contents.not_before) out.emplace("nbf", std::to_string(contents.not_before->value));
}

Result<std::string> write_claims(const JwtContents& contents, UnixSeconds now) {
    ClaimTexts claims;
    if (Status own = add_own_claims(contents.claims_json, claims); !own) {
        return std::unexpected(own.error());
    }
    add_registered_claims(contents, now, claims);
    JsonWriter json;
    json.begin_object();
    for (const auto& [name, value] : claims) json.key(name).raw(value);
    json.end_object();
    std::string text = std::move(json).take();
    // Texts of the caller may be no UTF-8: nobody could read the token.
    if (!parse_jose_object(text, ErrorCode::argument_invalid)) {
        return fail(ErrorCode::argument_invalid, "a claim is not UTF-8");
    }
    return text;
}

}  // namespace

Result<std::string> issue_jwt(const JwtContents& contents, const JwsKey& key, UnixSeconds now) {
    constexpr std::int64_t kMaxLifetime = 315'360'000;
    if (contents.lifetime_s < 1 || contents.lifetime_s > kMaxLifetime) {
        return fail(ErrorCode::argument_invalid,
                    "lifetime_s is " + std::to_string(contents.lifetime_s) + "; 1..315360000");
    }
    if (now < UnixSeconds{0} || now > kLatestWritableTime) {
        return fail(ErrorCode::argument_invalid, "now is outside 0..99999999999");
    }
    const Result<std::string> claims = write_claims(contents, now);
    if (!claims) return std::unexpected(claims.error());
    Result<std::string> token = sign_jws(as_bytes(*claims), key, contents.type);
    if (token && token->size() > JwsOptions().max_bytes) {
        return fail(ErrorCode::argument_invalid,
                    "the token has " + std::to_string(token->size()) + " bytes; at most 8192");
    }
    return token;
}

}  // namespace limpid::security
