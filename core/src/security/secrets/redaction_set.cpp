#include <algorithm>
#include <string>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "limpid/security/redact.hpp"
#include "security/secrets/escapes.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMaxSecretBytes = 4096;

Bytes trimmed_value(Bytes bytes) {
    const auto blank = [](std::byte b) {
        const auto c = std::to_integer<char>(b);
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    };
    while (!bytes.empty() && blank(bytes.front())) bytes = bytes.subspan(1);
    while (!bytes.empty() && blank(bytes.back())) bytes = bytes.first(bytes.size() - 1);
    return bytes;
}

/// A comparison that costs next to nothing, before the one that counts: may a text that begins with
/// `c` hold a pattern that begins with `first`?
bool may_begin(char c, char first) {
    if (c == '%' || c == '\\') return true;
    const auto fold = [](char x) { return x >= 'A' && x <= 'F' ? x - 'A' + 'a' : x; };
    const bool same_in_other_alphabet =
        (c == '-' && first == '+') || (c == '_' && first == '/') || (c == '+' && first == ' ');
    return fold(c) == fold(first) || same_in_other_alphabet;
}

/// The characters that `secret` alone decides when it stands `offset` bytes into a group of three:
/// those at the ends also depend on its neighbours.
std::string base64_core(Bytes secret, std::size_t offset) {
    std::string padded(offset, '\0');
    padded.reserve(offset + secret.size());
    padded.append(reinterpret_cast<const char*>(secret.data()), secret.size());
    std::string text = encode_base64(as_bytes(padded), Base64::standard_unpadded);
    const WipeAtEnd wipe_padded(padded);
    const WipeAtEnd wipe_text(text);
    const std::size_t begin = (offset * 8 + 5) / 6;
    const std::size_t end = (offset + secret.size()) * 8 / 6;
    return text.substr(begin, end - begin);
}

bool is_base64(char c) {
    return hex_value(c) >= 0 || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') || c == '+' ||
           c == '/' || c == '-' || c == '_' || c == '=';
}

}  // namespace

Status RedactionSet::add(Bytes secret) {
    secret = trimmed_value(secret);
    if (secret.size() < kMinBytes || secret.size() > kMaxSecretBytes || secrets_ >= kMaxSecrets) {
        return fail(ErrorCode::argument_invalid, "a secret of " + std::to_string(secret.size()) +
                                                     " bytes, number " +
                                                     std::to_string(secrets_ + 1) +
                                                     "; 6..4096 bytes and 1024 secrets are "
                                                     "allowed");
    }
    const std::string_view text(reinterpret_cast<const char*>(secret.data()), secret.size());
    Status added = add_pattern(Form::raw, std::string(text));
    if (added) added = add_pattern(Form::hex, encode_hex(secret));
    for (std::size_t offset = 0; added && offset < 3; ++offset) {
        added = add_pattern(Form::base64, base64_core(secret, offset));
    }
    if (added) ++secrets_;
    return added;
}

Status RedactionSet::add_pattern(Form form, std::string text) {
    Result<Secret> secret = Secret::take(text);
    if (!secret) return std::unexpected(secret.error());
    patterns_.push_back({form, std::move(*secret)});
    return {};
}

std::size_t RedactionSet::matched_bytes(const Pattern& pattern, std::string_view text,
                                        bool decode) noexcept {
    const auto fold = [&](unsigned char c) -> unsigned char {
        if (pattern.form == Form::hex && c >= 'A' && c <= 'F') {
            return static_cast<unsigned char>(c - 'A' + 'a');
        }
        if (pattern.form == Form::base64 && c == '-') return '+';
        if (pattern.form == Form::base64 && c == '_') return '/';
        return c;
    };
    std::size_t used = 0;
    for (const char expected : pattern.text.expose_text()) {
        if (used == text.size()) return 0;
        const Unit unit = decode ? unescape_front(text.substr(used))
                                 : Unit{static_cast<unsigned char>(text[used]), 1};
        const auto wanted = static_cast<unsigned char>(expected);
        // A form body writes a blank as a plus sign.
        const bool blank = decode && wanted == ' ' && unit.byte == '+';
        if (fold(unit.byte) != wanted && !blank) return 0;
        used += unit.size;
    }
    return used;
}

RedactionSet::Match RedactionSet::match_at(std::string_view text, std::size_t at) const noexcept {
    Match longest{at, at};
    for (const Pattern& pattern : patterns_) {
        if (!may_begin(text[at], pattern.text.expose_text().front())) continue;
        const std::string_view rest = text.substr(at);
        const std::size_t size =
            std::max(matched_bytes(pattern, rest, false), matched_bytes(pattern, rest, true));
        if (size == 0) continue;
        Match match{at, at + size};
        if (pattern.form == Form::base64) {
            // The characters around the core hold some bits of the secret's ends.
            while (match.begin > 0 && is_base64(text[match.begin - 1])) --match.begin;
            while (match.end < text.size() && is_base64(text[match.end])) ++match.end;
        }
        if (match.end > longest.end) longest = match;
    }
    return longest;
}

std::string RedactionSet::redact(std::string_view text) const {
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Match match = match_at(text, at);
        if (match.end == at) {
            ++at;
            continue;
        }
        if (match.begin > copied) out += text.substr(copied, match.begin - copied);
        out += kRedacted;
        copied = at = match.end;
    }
    out += text.substr(copied);
    return out;
}

}  // namespace limpid::security
