#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "limpid/security/redact.hpp"
#include "security/secrets/escapes.hpp"

namespace limpid::security {
namespace {

constexpr auto kNone = std::string_view::npos;

/// Prefixes that only credentials have; the token behind is at least kMinTokenBytes long.
constexpr std::string_view kTokenPrefixes[] = {"whsec_", "whsk_",       "IMGR-", "LIMPID-LICENSE-",
                                               "sk-",    "sk_live_",    "ghp_",  "gho_",
                                               "ghs_",   "github_pat_", "xoxb-", "AKIA",
                                               "lmp_",   "lms_",        "lmt_",  "eyJ"};
constexpr std::size_t kMinTokenBytes = 12;

/// HTTP authentication schemes; what follows is the credential.
constexpr std::string_view kAuthSchemes[] = {"bearer ", "basic ", "digest ", "apikey "};

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_quote(char c) { return c == '"' || c == '\''; }
bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_token(char c) { return is_alnum(c) || std::string_view("_-.~+/=%").find(c) != kNone; }
bool is_name(char c) { return is_alnum(c) || std::string_view("_-.%\\").find(c) != kNone; }

std::size_t skip(std::string_view text, std::size_t at, bool (*wanted)(char)) {
    while (at < text.size() && wanted(text[at])) ++at;
    return at;
}

/// The name that ends before the separator at `at`, without blanks and quotes around it.
std::string_view name_before(std::string_view text, std::size_t at) {
    while (at > 0 && is_space(text[at - 1])) --at;
    while (at > 0 && (is_quote(text[at - 1]) || text[at - 1] == '\\' || text[at - 1] == ']')) --at;
    std::size_t begin = at;
    while (begin > 0 && is_name(text[begin - 1])) --begin;
    return text.substr(begin, at - begin);
}

/// End of a quoted value whose opening quote, after `slashes` backslashes, is before `at`. A string
/// within a string within … has 2^n - 1 backslashes before its quotes; an inner quote has more.
std::size_t end_of_quoted(std::string_view text, std::size_t at, char quote, std::size_t slashes) {
    std::size_t run = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == quote && run % (2 * slashes + 2) == slashes) return at - slashes;
        run = text[at] == '\\' ? run + 1 : 0;
    }
    return text.size();
}

std::size_t end_of_line(std::string_view text, std::size_t at) {
    return std::min(text.find_first_of("\r\n", at), text.size());
}

struct TextRange {
    std::size_t begin, end;
};

/// The value after the separator at `at`. In a header or an assignment of several words, or of a
/// list, it goes on to the end of the line: nobody can tell where the secret ends.
TextRange value_after(std::string_view text, std::size_t at, std::string_view folded_name) {
    std::size_t begin = skip(text, at + 1, is_space);
    const std::size_t slashes_end = skip(text, begin, [](char c) { return c == '\\'; });
    if (slashes_end < text.size() && is_quote(text[slashes_end])) {
        const std::size_t inside = slashes_end + 1;
        return {inside, end_of_quoted(text, inside, text[slashes_end], slashes_end - begin)};
    }
    const bool whole_line = folded_name.find("authorization") != kNone ||
                            folded_name.find("cookie") != kNone ||
                            (begin < text.size() && (text[begin] == '[' || text[begin] == '{'));
    if (whole_line) return {begin, end_of_line(text, begin)};
    return {begin, std::min(text.find_first_of(" \t\r\n&;,\"'<>()[]{}", begin), text.size())};
}

/// `name=value`, `name: value`, `"name": "value"`, `\"name\":\"value\"`.
std::optional<TextRange> named_value(std::string_view text, std::size_t at) {
    if (text[at] != '=' && text[at] != ':') return std::nullopt;
    const std::string name = unescape(name_before(text, at));
    if (name.empty() || !is_sensitive_name(name)) return std::nullopt;
    const TextRange value = value_after(text, at, fold_name(name));
    if (value.begin == value.end) return std::nullopt;
    return value;
}

std::optional<TextRange> scheme_credential(std::string_view text, std::size_t at) {
    if (at > 0 && is_alnum(text[at - 1])) return std::nullopt;
    for (const std::string_view scheme : kAuthSchemes) {
        const std::string_view here = text.substr(at, scheme.size());
        const bool same = std::ranges::equal(here, scheme, [](char a, char b) {
            return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
        });
        if (!same) continue;
        const std::size_t begin = skip(text, at + scheme.size(), is_space);
        const std::size_t end = skip(text, begin, is_token);
        if (end - begin >= 6) return TextRange{begin, end};
    }
    return std::nullopt;
}

std::optional<TextRange> known_token(std::string_view text, std::size_t at) {
    if (at > 0 && is_alnum(text[at - 1])) return std::nullopt;
    for (const std::string_view prefix : kTokenPrefixes) {
        if (!text.substr(at).starts_with(prefix)) continue;
        const std::size_t end = skip(text, at, is_token);
        if (end - at >= prefix.size() + kMinTokenBytes) return TextRange{at, end};
    }
    return std::nullopt;
}

/// User name and password of `scheme://user:password@host`.
std::optional<TextRange> url_user(std::string_view text, std::size_t at) {
    if (!text.substr(at).starts_with("://")) return std::nullopt;
    const std::size_t begin = at + 3;
    const std::size_t end = std::min(text.find_first_of("/?# \t\r\n\"'<>", begin), text.size());
    const std::size_t sign = text.substr(begin, end - begin).rfind('@');
    if (sign == kNone || sign == 0) return std::nullopt;
    return TextRange{begin, begin + sign};
}

std::optional<TextRange> private_key(std::string_view text, std::size_t at) {
    constexpr std::string_view kBegin = "-----BEGIN ";
    constexpr std::string_view kKind = "PRIVATE KEY-----";
    if (!text.substr(at).starts_with(kBegin)) return std::nullopt;
    const std::string_view line = text.substr(at, end_of_line(text, at) - at);
    const std::size_t kind = line.find(kKind);
    if (kind == kNone) return std::nullopt;
    const std::size_t begin = at + kind + kKind.size();
    return TextRange{begin, std::min(text.find("-----END ", begin), text.size())};
}

/// `a=1&b=2`, in which no known secret is left.
std::string redact_pairs(std::string_view query, const RedactionSet& values) {
    std::string out;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find_first_of("&;"), query.size());
        const std::string_view pair = query.substr(0, end);
        const std::size_t equals = pair.find('=');
        if (equals != kNone && is_sensitive_name(unescape(pair.substr(0, equals)))) {
            out += redact_text(pair.substr(0, equals + 1), values);
            out += kRedacted;
        } else {
            out += redact_text(pair, values);
        }
        if (end < query.size()) out += query[end];
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return out;
}

}  // namespace

std::string redact_text(std::string_view text, const RedactionSet& values) {
    const std::string known = values.redact(text);
    const std::string_view in = known;
    std::string out;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < in.size();) {
        std::optional<TextRange> secret;
        for (const auto find :
             {&url_user, &private_key, &scheme_credential, &known_token, &named_value}) {
            secret = find(in, at);
            if (secret) break;
        }
        if (!secret) {
            ++at;
            continue;
        }
        out += in.substr(copied, secret->begin - copied);
        out += kRedacted;
        copied = secret->end;
        at = std::max(secret->end, at + 1);
    }
    out += in.substr(copied);
    return out;
}

std::string redact_header(std::string_view name, std::string_view value,
                          const RedactionSet& values) {
    return is_sensitive_name(name) ? std::string(kRedacted) : redact_text(value, values);
}

std::string redact_query(std::string_view query, const RedactionSet& values) {
    // As a whole first: a secret may hold what separates pairs.
    return redact_pairs(values.redact(query), values);
}

std::string redact_url(std::string_view url, const RedactionSet& values) {
    const std::string known = values.redact(url);
    const std::string_view in = known;
    const std::size_t fragment = std::min(in.find('#'), in.size());
    const std::size_t query = std::min(in.substr(0, fragment).find('?'), fragment);
    std::string out = redact_text(in.substr(0, query), values);
    if (query < fragment) {
        out += '?';
        out += redact_pairs(in.substr(query + 1, fragment - query - 1), values);
    }
    if (fragment < in.size()) {
        out += '#';
        out += redact_pairs(in.substr(fragment + 1), values);
    }
    return out;
}

}  // namespace limpid::security
