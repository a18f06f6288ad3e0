#include <algorithm>
#include <bitset>
#include <string>

#include "limpid/security/encoding.hpp"
#include "limpid/security/secret_source.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {
namespace {

constexpr std::size_t kMinDistinct = 8;

/// Placeholders that documentation prints and people deploy, without case, blanks and marks.
/// MY_SECURE_KEY is Thumbor's default; `mysecret` is imagor's example.
constexpr std::string_view kKnown[] = {
    "changeme",
    "changethis",
    "changeit",
    "mysecurekey",
    "mysecret",
    "mysecretkey",
    "yoursecret",
    "yoursecretkey",
    "yourjwtsecret",
    "supersecret",
    "supersecretkey",
    "secret",
    "secretkey",
    "password",
    "passw0rd",
    "letmein",
    "default",
    "example",
    "placeholder",
    "replaceme",
    "admin",
    "test",
    "insecure",
    "todo",
    "yoursecretkeyhere",
    "yoursupersecretjwtkey",
    "changemeinproduction",
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "1234567890",
    "0123456789abcdef",
};

/// `text` without what people vary: case, blanks and marks.
Result<Secret> folded_secret(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (char c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) plain += c;
    }
    return Secret::take(plain);
}

/// Is `text` nothing but `part`, over and over, the last time perhaps cut?
bool repeats(std::string_view text, std::string_view part) {
    if (text.size() < part.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != part[i % part.size()]) return false;
    }
    return true;
}

/// A period of at most a third of the text.
bool is_periodic(std::string_view text) {
    for (std::size_t period = 1; period * 3 <= text.size(); ++period) {
        if (repeats(text, text.substr(0, period))) return true;
    }
    return false;
}

std::size_t distinct(std::string_view text) {
    std::bitset<256> seen;
    for (const char c : text) seen.set(static_cast<unsigned char>(c));
    return seen.count();
}

std::size_t longest_run(std::string_view text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        run = i > 0 && text[i] == text[i - 1] ? run + 1 : 1;
        longest = std::max(longest, run);
    }
    return longest;
}

bool is_one_line(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

std::unexpected<Error> weak(std::string reason) {
    return fail(ErrorCode::secret_too_weak, std::move(reason));
}

}  // namespace

Status check_secret_strength(const Secret& secret, const SecretStrength& strength) {
    const std::string_view text = secret.expose_text();
    if (text.empty()) return fail(ErrorCode::secret_empty);
    if (!is_one_line(text)) return fail(ErrorCode::secret_malformed);
    if (strength.min_characters == 0) return {};
    const Result<Secret> plain = folded_secret(text);
    if (!plain) return std::unexpected(plain.error());
    for (const std::string_view known : kKnown) {
        if (repeats(plain->expose_text(), known)) return weak("it is a known placeholder");
    }
    if (text.size() < strength.min_characters) {
        return weak("it has " + std::to_string(text.size()) + " characters; at least " +
                    std::to_string(strength.min_characters));
    }
    if (distinct(text) < kMinDistinct || longest_run(text) * 3 > text.size() || is_periodic(text)) {
        return weak("its characters repeat");
    }
    return {};
}

Result<Secret> generate_secret(std::size_t bytes, RandomSource& random) {
    if (bytes < 16 || bytes > 1024) {
        return fail(ErrorCode::argument_invalid,
                    std::to_string(bytes) + " random bytes; 16..1024 are allowed");
    }
    const Result<Secret> raw = Secret::random(bytes, random);
    if (!raw) return std::unexpected(raw.error());
    std::string text = encode_base64(raw->expose(), Base64::standard);
    return Secret::take(text);
}

}  // namespace limpid::security
