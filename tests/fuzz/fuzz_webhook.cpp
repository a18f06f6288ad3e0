#include <algorithm>
#include <array>
#include <vector>

#include "fuzz/fuzz_target.hpp"
#include "limpid/security/webhook.hpp"

namespace limpid::fuzz {
namespace {

constexpr std::string_view kWebhookSecret = "0123456789abcdef0123456789abcdef";

/// Header lines `name: value` up to an empty one; the rest is the body.
std::vector<security::WebhookHeader> headers_of(std::string_view& text) {
    std::vector<security::WebhookHeader> out;
    while (!text.empty() && out.size() < 16) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.empty()) break;
        const std::size_t colon = std::min(line.find(": "), line.size());
        out.push_back({line.substr(0, colon), line.substr(std::min(colon + 2, line.size()))});
    }
    return out;
}

}  // namespace

/// The first byte chooses the dialect; headers and body follow.
std::string webhook(Input input) {
    using enum security::WebhookDialect;
    constexpr std::array kDialects = {standard, svix, github, stripe, hex};
    std::string_view text = text_of(input);
    if (text.empty()) return "empty";
    const auto dialect = kDialects[static_cast<unsigned char>(text.front()) % kDialects.size()];
    text.remove_prefix(1);
    auto key = security::WebhookKey::raw_secret(security::as_bytes(kWebhookSecret), "k");
    require(key.has_value(), "a key of 32 bytes is one");
    security::WebhookPolicy policy;
    if (dialect == hex) policy.signature_header = "x-signature";
    const auto verifier = security::WebhookVerifier::create(dialect, {*key}, policy);
    require(verifier.has_value(), "a verifier with a key is one");
    const auto headers = headers_of(text);
    const auto verified =
        verifier->verify(security::as_bytes(text), headers, security::UnixSeconds{1'700'000'000});
    if (!verified) return verdict_of(verified.error());
    require(verified->key_id == "k", "the key that matched is named");
    return "ok " + verified->message_id;
}

}  // namespace limpid::fuzz
