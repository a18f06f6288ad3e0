#include "security/verify/envelope.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json_writer.hpp"
#include "limpid/security/encoding.hpp"
#include "security/validate/canonical_json.hpp"
#include "security/validate/strict_json.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

constexpr auto kMalformed = ErrorCode::signature_malformed;
constexpr std::string_view kAlgorithm = "ed25519";
/// Keeps these signatures apart from everything else that the same key may sign.
constexpr std::string_view kDomain{"limpid signed document 1\0", 25};

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out += static_cast<char>(value >> shift & 0xFF);
    }
}

void append_optional(std::string& out, std::optional<std::uint64_t> value) {
    out += static_cast<char>(value.has_value());
    append_big_endian(out, value.value_or(0), 8);
}

std::unexpected<Error> missing(std::string_view member, std::string_view what) {
    return fail(kMalformed, std::string(member).append(" must be ").append(what));
}

Result<std::string> read_text(const Json& object, const char* name) {
    const auto member = object.find(name);
    if (member == object.end() || !member->is_string()) {
        return missing("/signature/" + std::string(name), "a string");
    }
    return member->get<std::string>();
}

/// An integer in 0..max, or nothing when the member is absent.
Result<std::optional<std::uint64_t>> read_number(const Json& object, const char* name,
                                                 std::uint64_t max) {
    const auto member = object.find(name);
    if (member == object.end()) return std::nullopt;
    if (!member->is_number_unsigned() || member->get<std::uint64_t>() > max) {
        return missing("/signature/" + std::string(name),
                       "an integer of 0.." + std::to_string(max));
    }
    return member->get<std::uint64_t>();
}

template <class T>
bool take(Result<T>&& from, T& to, Status& status) {
    const bool taken = from.has_value();
    if (taken) {
        to = std::move(*from);
    } else if (status) {
        status = std::unexpected(std::move(from).error());
    }
    return taken;
}

Status read_terms(const Json& json, SignatureInfo& info) {
    constexpr auto kTime = static_cast<std::uint64_t>(kMaxTime);
    Status status;
    std::optional<std::uint64_t> issued_at;
    std::optional<std::uint64_t> expires_at;
    take(read_text(json, "purpose"), info.purpose, status);
    take(read_number(json, "counter", kMaxCounter), info.counter, status);
    take(read_number(json, "expires_at", kTime), expires_at, status);
    take(read_number(json, "issued_at", kTime), issued_at, status);
    if (!status) return status;
    if (!issued_at) return missing("/signature/issued_at", "there");
    info.issued_at = {static_cast<std::int64_t>(*issued_at)};
    if (expires_at) info.expires_at = UnixSeconds{static_cast<std::int64_t>(*expires_at)};
    return {};
}

Status read_signature(const Json& json, Envelope& out) {
    const auto algorithm = read_text(json, "algorithm");
    if (!algorithm) return std::unexpected(algorithm.error());
    if (*algorithm != kAlgorithm) {
        return fail(ErrorCode::signature_unsupported, "the algorithm is not ed25519");
    }
    if (Status terms = read_terms(json, out.info); !terms) return terms;
    const auto key_id = read_text(json, "key_id");
    if (!key_id) return std::unexpected(key_id.error());
    const auto id = parse_key_id(*key_id);
    if (!id) return missing("/signature/key_id", "16 hex digits");
    out.info.key_id = *id;
    const auto base64 = read_text(json, "signature");
    if (!base64) return std::unexpected(base64.error());
    const auto bytes = decode_base64(*base64, Base64::url_unpadded);
    if (!bytes || bytes->size() != out.signature.size()) {
        return missing("/signature/signature", "base64url of 64 bytes");
    }
    std::ranges::copy(bytes->span(), out.signature.begin());
    return {};
}

}  // namespace

std::string signed_bytes(const SignatureInfo& info, std::string_view payload) {
    std::string out(kDomain);
    append_big_endian(out, info.purpose.size(), 4);
    out += info.purpose;
    for (const std::byte byte : info.key_id.bytes) out += static_cast<char>(byte);
    append_big_endian(out, static_cast<std::uint64_t>(info.issued_at.value), 8);
    append_optional(out, info.expires_at.transform(
                             [](UnixSeconds t) { return static_cast<std::uint64_t>(t.value); }));
    append_optional(out, info.counter);
    append_big_endian(out, payload.size(), 8);
    out += payload;
    return out;
}

std::string to_string(const Envelope& envelope) {
    const SignatureInfo& info = envelope.info;
    JsonWriter json;
    json.begin_object();
    json.key("payload").raw(envelope.payload);
    json.key("signature").begin_object();
    json.key("algorithm").value(kAlgorithm);
    if (info.counter) json.key("counter").value(*info.counter);
    if (info.expires_at) json.key("expires_at").value(info.expires_at->value);
    json.key("issued_at").value(info.issued_at.value);
    json.key("key_id").value(to_string(info.key_id));
    json.key("purpose").value(info.purpose);
    json.key("signature").value(encode_base64(envelope.signature, Base64::url_unpadded));
    json.end_object();
    json.end_object();
    return std::move(json).take();
}

Result<Envelope> parse_envelope(std::string_view text) {
    const auto tree = parse_strict_json(text, kMaxEnvelopeDepth, kMalformed);
    if (!tree) return std::unexpected(tree.error());
    if (!tree->is_object()) return fail(kMalformed, "the document is not an object");
    const auto payload = tree->find("payload");
    const auto signature = tree->find("signature");
    if (payload == tree->end() || signature == tree->end() || !signature->is_object()) {
        return fail(kMalformed, "the members payload and signature are not both there");
    }
    Envelope envelope;
    if (Status read = read_signature(*signature, envelope); !read) {
        return std::unexpected(std::move(read).error());
    }
    envelope.payload = canonical_json(*payload);
    if (to_string(envelope) != text) {
        return fail(kMalformed, "the text is not canonical, or has members that are not known");
    }
    return envelope;
}

}  // namespace limpid::security
