#include "security/verify/jwt_claims.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>

#include "security/verify/jose_json.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

std::unexpected<Error> malformed_claim(std::string_view name, std::string_view what) {
    return fail(ErrorCode::jwt_malformed_claim, std::string(name) + " is " + std::string(what));
}

std::optional<std::int64_t> as_integer(const Json& value) {
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;
        return static_cast<std::int64_t>(number);
    }
    if (value.is_number_integer()) return value.get<std::int64_t>();
    return std::nullopt;
}

enum class Rounding : std::uint8_t { down, up };

/// A NumericDate, which may have a fraction (RFC 7519 section 2).
Result<std::optional<UnixSeconds>> read_time(const Json& claims, std::string_view name,
                                             Rounding rounding) {
    const auto found = claims.find(name);
    if (found == claims.end()) return std::nullopt;
    if (const auto whole = as_integer(*found)) return UnixSeconds{*whole};
    // Beyond 2^53 a double has no seconds any more.
    constexpr double kLargest = 9'007'199'254'740'992.0;
    if (!found->is_number_float()) return malformed_claim(name, "no number of seconds");
    const auto value = found->get<double>();
    if (!(value >= -kLargest && value <= kLargest)) return malformed_claim(name, "out of range");
    const double rounded = rounding == Rounding::down ? std::floor(value) : std::ceil(value);
    return UnixSeconds{static_cast<std::int64_t>(rounded)};
}

std::optional<std::vector<std::string>> as_texts(const Json& value) {
    std::vector<std::string> texts;
    if (value.is_string()) return std::vector{value.get_ref<const std::string&>()};
    if (!value.is_array()) return std::nullopt;
    for (const Json& item : value) {
        if (!item.is_string()) return std::nullopt;
        texts.push_back(item.get_ref<const std::string&>());
    }
    return texts;
}

Status read_texts(const Json& claims, RegisteredClaims& out) {
    constexpr ErrorCode kCode = ErrorCode::jwt_malformed_claim;
    auto issuer = find_text(claims, "iss", kCode);
    if (!issuer) return std::unexpected(issuer.error());
    auto subject = find_text(claims, "sub", kCode);
    if (!subject) return std::unexpected(subject.error());
    auto token_id = find_text(claims, "jti", kCode);
    if (!token_id) return std::unexpected(token_id.error());
    out.issuer = *std::move(issuer);
    out.subject = *std::move(subject);
    out.token_id = *std::move(token_id);
    if (const auto found = claims.find("aud"); found != claims.end()) {
        auto audiences = as_texts(*found);
        if (!audiences) return malformed_claim("aud", "neither text nor an array of texts");
        out.audiences = *std::move(audiences);
    }
    return {};
}

Status read_times(const Json& claims, RegisteredClaims& out) {
    const auto expires_at = read_time(claims, "exp", Rounding::down);
    if (!expires_at) return std::unexpected(expires_at.error());
    const auto not_before = read_time(claims, "nbf", Rounding::up);
    if (!not_before) return std::unexpected(not_before.error());
    const auto issued_at = read_time(claims, "iat", Rounding::up);
    if (!issued_at) return std::unexpected(issued_at.error());
    out.expires_at = *expires_at;
    out.not_before = *not_before;
    out.issued_at = *issued_at;
    return {};
}

}  // namespace

Result<JwtClaims> JwtReader::read(Bytes payload) {
    auto data = std::make_shared<JwtClaims::Data>();
    data->json.assign(reinterpret_cast<const char*>(payload.data()), payload.size());
    Result<Json> tree = parse_jose_object(data->json, ErrorCode::jwt_malformed);
    if (!tree) return std::unexpected(tree.error());
    data->tree = *std::move(tree);
    if (Status read = read_texts(data->tree, data->registered); !read) {
        return std::unexpected(read.error());
    }
    if (Status read = read_times(data->tree, data->registered); !read) {
        return std::unexpected(read.error());
    }
    return JwtClaims(std::move(data));
}

JwtClaims::JwtClaims(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

const std::string& JwtClaims::json() const noexcept { return data_->json; }
std::optional<std::string> JwtClaims::issuer() const { return data_->registered.issuer; }
std::optional<std::string> JwtClaims::subject() const { return data_->registered.subject; }
std::optional<std::string> JwtClaims::token_id() const { return data_->registered.token_id; }
std::vector<std::string> JwtClaims::audiences() const { return data_->registered.audiences; }
std::optional<UnixSeconds> JwtClaims::expires_at() const { return data_->registered.expires_at; }
std::optional<UnixSeconds> JwtClaims::not_before() const { return data_->registered.not_before; }
std::optional<UnixSeconds> JwtClaims::issued_at() const { return data_->registered.issued_at; }

bool JwtClaims::contains(std::string_view name) const { return data_->tree.contains(name); }

std::optional<std::string> JwtClaims::text(std::string_view name) const {
    const auto found = data_->tree.find(name);
    if (found == data_->tree.end() || !found->is_string()) return std::nullopt;
    return found->get_ref<const std::string&>();
}

std::optional<std::int64_t> JwtClaims::integer(std::string_view name) const {
    const auto found = data_->tree.find(name);
    if (found == data_->tree.end()) return std::nullopt;
    return as_integer(*found);
}

std::optional<bool> JwtClaims::boolean(std::string_view name) const {
    const auto found = data_->tree.find(name);
    if (found == data_->tree.end() || !found->is_boolean()) return std::nullopt;
    return found->get<bool>();
}

std::optional<std::vector<std::string>> JwtClaims::texts(std::string_view name) const {
    const auto found = data_->tree.find(name);
    if (found == data_->tree.end()) return std::nullopt;
    return as_texts(*found);
}

}  // namespace limpid::security
