#include "doctor/secret_scan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "limpid/security/redact.hpp"
#include "service/text.hpp"

namespace limpid::doctor {
namespace {

constexpr std::size_t kMaxHits = 100;

/// How a token begins and how many characters follow at least.
struct TokenForm {
    std::string_view prefix;
    std::size_t min_rest;
};

// Forms that their issuers document, so that leaks are found: Svix and Standard Webhooks, Imagor
// Studio, OpenAI and Stripe, GitHub, GitLab, AWS, Google, Slack, and limpid's own.
constexpr std::array kTokenForms = {
    TokenForm{"whsec_", 16},
    TokenForm{"IMGR-", 24},
    TokenForm{"sk-", 20},
    TokenForm{"sk_live_", 16},
    TokenForm{"rk_live_", 16},
    TokenForm{"ghp_", 30},
    TokenForm{"gho_", 30},
    TokenForm{"ghs_", 30},
    TokenForm{"github_pat_", 30},
    TokenForm{"glpat-", 16},
    TokenForm{"AKIA", 16},
    TokenForm{"ASIA", 16},
    TokenForm{"AIza", 30},
    TokenForm{"xoxb-", 20},
    TokenForm{"xoxp-", 20},
    TokenForm{"lmp_", 40},
    TokenForm{"LIMPID-LICENSE-", 40},
};

bool is_token_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/' || c == '=' || c == '.';
}

/// Characters of a token from `at` on.
std::string_view token_at(std::string_view line, std::size_t at) {
    std::size_t end = at;
    while (end < line.size() && is_token_character(line[end])) ++end;
    return line.substr(at, end - at);
}

/// Bits of information a character carries, by how often each comes (Shannon).
double bits_per_character(std::string_view text) {
    std::array<int, 256> counts{};
    for (const char c : text) ++counts[static_cast<unsigned char>(c)];
    double bits = 0;
    for (const int count : counts) {
        if (count == 0) continue;
        const double share = static_cast<double>(count) / static_cast<double>(text.size());
        bits -= share * std::log2(share);
    }
    return bits;
}

bool holds_token(std::string_view line) {
    for (const TokenForm& form : kTokenForms) {
        for (std::size_t at = line.find(form.prefix); at != std::string_view::npos;
             at = line.find(form.prefix, at + 1)) {
            if (at > 0 && is_token_character(line[at - 1])) continue;
            const std::string_view rest = token_at(line, at + form.prefix.size());
            // Documentation writes the prefix with dots or one letter repeated behind it.
            if (rest.size() >= form.min_rest && bits_per_character(rest) > 2.5) return true;
        }
    }
    return false;
}

bool begins_private_key(std::string_view line) {
    const std::size_t begin = line.find("-----BEGIN ");
    if (begin == std::string_view::npos) return false;
    // "PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK".
    return line.substr(begin).contains("PRIVATE KEY");
}

bool is_reference(std::string_view value) {
    constexpr std::array<std::string_view, 5> kSchemes = {
        "file:", "env:", "fd:", "vault:", "aws-sm:"};
    return value.starts_with('$') || value.starts_with('/') || value.starts_with("./") ||
           value.contains("://") || value.starts_with('<') ||
           std::ranges::any_of(kSchemes,
                               [&](std::string_view scheme) { return value.starts_with(scheme); });
}

/// The value of `name = value`, `name: value` or `NAME=value` without quotes, when name is one of
/// secrets.
std::string_view secret_value(std::string_view line) {
    const std::size_t mark = line.find_first_of("=:");
    if (mark == std::string_view::npos) return {};
    std::string_view name = service::trimmed(line.substr(0, mark));
    if (const std::size_t blank = name.find_last_of(" \t"); blank != std::string_view::npos) {
        name = name.substr(blank + 1);
    }
    while (!name.empty() && (name.front() == '"' || name.front() == '\'')) name.remove_prefix(1);
    while (!name.empty() && (name.back() == '"' || name.back() == '\'')) name.remove_suffix(1);
    if (name.empty() || !security::is_sensitive_name(name)) return {};
    // The place of a secret is none.
    const std::string lower = service::lower_case(name);
    if (lower.ends_with("_file") || lower.ends_with("file") || lower.ends_with("path")) return {};
    std::string_view value = service::trimmed(line.substr(mark + 1));
    if (value.starts_with('"') || value.starts_with('\'')) {
        const std::size_t end = value.find(value.front(), 1);
        return value.substr(1, end == std::string_view::npos ? end : end - 1);
    }
    return value.substr(0, value.find_first_of(" \t,;#"));
}

/// 3 bits a character over 16 characters: hex of 64 random bits has more, words have less.
bool looks_random(std::string_view value) {
    if (value.size() < 16 || is_reference(value)) return false;
    return std::ranges::all_of(value, is_token_character) && bits_per_character(value) >= 3.0 &&
           value.find_first_of("0123456789") != std::string_view::npos;
}

bool is_assignment(std::string_view line) {
    const std::string_view start = service::trimmed(line);
    if (start.starts_with('#') || start.starts_with("//")) return false;
    return looks_random(secret_value(line));
}

std::string_view name_of(SecretKind kind) {
    switch (kind) {
        case SecretKind::token:
            return "a token";
        case SecretKind::private_key:
            return "a private key";
        case SecretKind::assignment:
            break;
    }
    return "a secret's value";
}

}  // namespace

std::vector<SecretHit> scan_for_secrets(std::string_view path, std::string_view text) {
    std::vector<SecretHit> hits;
    for (int number = 1; !text.empty() && hits.size() < kMaxHits; ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (begins_private_key(line)) {
            hits.push_back({std::string(path), number, SecretKind::private_key});
        } else if (holds_token(line)) {
            hits.push_back({std::string(path), number, SecretKind::token});
        } else if (is_assignment(line)) {
            hits.push_back({std::string(path), number, SecretKind::assignment});
        }
    }
    return hits;
}

std::string describe_hits(const std::vector<SecretHit>& hits) {
    constexpr std::size_t kShown = 5;
    std::string text;
    for (std::size_t i = 0; i < std::min(hits.size(), kShown); ++i) {
        if (i > 0) text += ", ";
        text += hits[i].path + ":" + std::to_string(hits[i].line) + " (" +
                std::string(name_of(hits[i].kind)) + ")";
    }
    if (hits.size() > kShown) text += ", and " + std::to_string(hits.size() - kShown) + " more";
    return text;
}

}  // namespace limpid::doctor
