#include "security/verify/webhook_delivery.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "security/ascii.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxHeaders = 256;
constexpr std::size_t kMaxWebhookHeaderBytes = 4096;
constexpr std::size_t kMaxSignatures = 16;
constexpr std::size_t kMaxMessageIdBytes = 256;

std::unexpected<Error> malformed_delivery(std::string_view header, std::string_view what) {
    return fail(ErrorCode::webhook_malformed_header,
                std::string(header) + ": " + std::string(what));
}

/// The one value of a header.
Result<std::string_view> find_header(std::span<const WebhookHeader> headers,
                                     std::string_view name) {
    std::optional<std::string_view> found;
    for (const WebhookHeader& header : headers) {
        if (!equal_ignoring_case(header.name, name)) continue;
        if (found) return malformed_delivery(name, "comes twice");
        found = header.value;
    }
    if (!found) return fail(ErrorCode::webhook_missing_header, std::string(name));
    if (found->size() > kMaxWebhookHeaderBytes)
        return malformed_delivery(name, "longer than 4096 bytes");
    return *found;
}

/// Bytes of a signature that must have exactly N of them.
template <std::size_t kBytes>
bool take_exactly(const Result<ByteBuffer>& decoded,
                  std::vector<std::array<std::byte, kBytes>>& out) {
    if (!decoded || decoded->size() != kBytes) return false;
    std::ranges::copy(decoded->span(), out.emplace_back().begin());
    return true;
}

/// Hex digits have two forms; only the one senders write is taken, or a signature could be changed
/// without being refused.
bool read_hex_mac(std::string_view text, std::vector<Digest256>& out) {
    if (!std::ranges::equal(text, text, {}, to_lower)) return false;
    return take_exactly(decode_hex(text), out);
}

bool read_standard_signature(std::string_view version, std::string_view signature,
                             ClaimedDelivery& out) {
    if (version == "v1") return take_exactly(decode_base64(signature, Base64::standard), out.macs);
    if (version == "v1a") {
        return take_exactly(decode_base64(signature, Base64::standard), out.ed25519_signatures);
    }
    return true;  // a version to come; the sender signs in a known one beside it
}

/// Calls `read(name, value)` for each of at most `max_items` of a list, until it answers false.
/// @return why the list was refused, or nothing.
template <class Read>
std::string_view read_list(std::string_view list, std::size_t max_items, char between_items,
                           char after_name, Read&& read) {
    std::size_t count = 0;
    while (true) {
        const std::size_t end = list.find(between_items);
        const std::string_view item = list.substr(0, end);
        const std::size_t middle = item.find(after_name);
        if (middle == std::string_view::npos) return "an item without version and value";
        if (++count > max_items) return "more than 16 signatures";
        if (!read(item.substr(0, middle), item.substr(middle + 1))) return "not a signature";
        if (end == std::string_view::npos) return {};
        list.remove_prefix(end + 1);
    }
}

Result<ClaimedDelivery> read_standard(const WebhookDialectInfo& names,
                                      std::span<const WebhookHeader> headers) {
    const auto id = find_header(headers, names.id);
    if (!id) return std::unexpected(id.error());
    const auto time = find_header(headers, names.timestamp);
    if (!time) return std::unexpected(time.error());
    const auto signatures = find_header(headers, names.signature);
    if (!signatures) return std::unexpected(signatures.error());

    if (!is_message_id(*id))
        return malformed_delivery(names.id, "not 1..256 characters of an identifier");
    ClaimedDelivery out;
    out.timestamp = parse_unix_seconds(*time);
    if (!out.timestamp) return malformed_delivery(names.timestamp, "not a time in seconds");
    out.message_id = *id;
    out.signed_prefix.append(*id).append(".").append(*time).append(".");
    const std::string_view problem =
        read_list(*signatures, kMaxSignatures, ' ', ',',
                  [&](std::string_view version, std::string_view value) {
                      return read_standard_signature(version, value, out);
                  });
    if (!problem.empty()) return malformed_delivery(names.signature, problem);
    return out;
}

Result<ClaimedDelivery> read_stripe(const WebhookDialectInfo& names,
                                    std::span<const WebhookHeader> headers) {
    const auto list = find_header(headers, names.signature);
    if (!list) return std::unexpected(list.error());
    ClaimedDelivery out;
    const std::string_view problem = read_list(
        *list, kMaxSignatures + 1, ',', '=', [&](std::string_view name, std::string_view value) {
            if (name == "v1") return read_hex_mac(value, out.macs);
            if (name != "t") return true;  // v0 marks test events; others may come
            if (out.timestamp) return false;
            out.timestamp = parse_unix_seconds(value);
            out.signed_prefix.assign(value).append(".");
            return out.timestamp.has_value();
        });
    if (!problem.empty()) return malformed_delivery(names.signature, problem);
    if (!out.timestamp) return malformed_delivery(names.signature, "no t=");
    return out;
}

Result<ClaimedDelivery> read_body_mac(std::string_view header, std::string_view before_hex,
                                      std::span<const WebhookHeader> headers) {
    const auto value = find_header(headers, header);
    if (!value) return std::unexpected(value.error());
    ClaimedDelivery out;
    if (!value->starts_with(before_hex) ||
        !read_hex_mac(value->substr(before_hex.size()), out.macs)) {
        return malformed_delivery(header,
                                  "not " + std::string(before_hex) + "64 lower-case hex digits");
    }
    return out;
}

bool fits(WebhookDialect dialect, WebhookKeyKind kind) {
    if (dialect == WebhookDialect::standard || dialect == WebhookDialect::svix) return true;
    return kind == WebhookKeyKind::raw_secret;
}

Status check_policy(WebhookDialect dialect, const WebhookPolicy& policy) {
    constexpr std::int64_t kMaxTolerance = 86'400;
    constexpr std::int64_t kMaxMemory = 31'536'000;
    if (policy.tolerance_s < 0 || policy.tolerance_s > kMaxTolerance) {
        return fail(ErrorCode::argument_invalid,
                    "tolerance_s is " + std::to_string(policy.tolerance_s) + "; 0..86400");
    }
    if (policy.replay_memory_s < 1 || policy.replay_memory_s > kMaxMemory) {
        return fail(
            ErrorCode::argument_invalid,
            "replay_memory_s is " + std::to_string(policy.replay_memory_s) + "; 1..31536000");
    }
    const bool named = !policy.signature_header.empty();
    if (named != (dialect == WebhookDialect::hex) || !is_printable_ascii(policy.signature_header)) {
        return fail(ErrorCode::argument_invalid,
                    "signature_header names a header for the dialect hex, and for no other");
    }
    return {};
}

}  // namespace

const WebhookDialectInfo& describe(WebhookDialect dialect) noexcept {
    // In the order of the enumeration.
    static constexpr std::array<WebhookDialectInfo, 5> kDialects{{
        {"standard", "webhook-id", "webhook-timestamp", "webhook-signature"},
        {"svix", "svix-id", "svix-timestamp", "svix-signature"},
        {"github", "", "", "X-Hub-Signature-256"},
        {"stripe", "", "", "Stripe-Signature"},
        {"hex", "", "", ""},
    }};
    return kDialects[static_cast<std::size_t>(dialect)];
}

bool is_message_id(std::string_view text) noexcept {
    return !text.empty() && text.size() <= kMaxMessageIdBytes && is_printable_ascii(text) &&
           !text.contains('.');
}

Result<ClaimedDelivery> read_delivery(WebhookDialect dialect, const WebhookPolicy& policy,
                                      std::span<const WebhookHeader> headers) {
    if (headers.size() > kMaxHeaders) {
        return fail(ErrorCode::webhook_malformed_header,
                    std::to_string(headers.size()) + " headers; at most 256");
    }
    const WebhookDialectInfo& names = describe(dialect);
    switch (dialect) {
        case WebhookDialect::standard:
        case WebhookDialect::svix:
            return read_standard(names, headers);
        case WebhookDialect::stripe:
            return read_stripe(names, headers);
        case WebhookDialect::github:
            return read_body_mac(names.signature, "sha256=", headers);
        case WebhookDialect::hex:
            return read_body_mac(policy.signature_header, "", headers);
    }
    return fail(ErrorCode::internal_failure);
}

Status check_webhook_setup(WebhookDialect dialect, std::span<const WebhookKey> keys,
                           const WebhookPolicy& policy) {
    constexpr std::size_t kMaxKeys = 16;
    if (keys.empty()) return fail(ErrorCode::key_none);
    if (keys.size() > kMaxKeys) {
        return fail(ErrorCode::argument_invalid, std::to_string(keys.size()) + " keys; at most 16");
    }
    for (const WebhookKey& key : keys) {
        if (!fits(dialect, key.kind())) {
            return fail(ErrorCode::key_wrong_kind,
                        std::string(describe(dialect).name) + " takes raw secrets");
        }
    }
    return check_policy(dialect, policy);
}

}  // namespace limpid::security
