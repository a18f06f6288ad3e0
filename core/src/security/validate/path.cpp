#include "limpid/security/path.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.hpp"
#include "security/validate/path_characters.hpp"
#include "security/validate/utf8.hpp"

namespace limpid::security {
namespace {

constexpr std::string_view kSuperscripts[] = {"\xC2\xB9", "\xC2\xB2", "\xC2\xB3"};

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// %2e, or %u002e as old Windows servers decode it.
bool has_percent_encoding(std::string_view name) {
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] != '%') continue;
        const std::string_view rest = name.substr(i + 1);
        const auto all_hex = [&](std::size_t from, std::size_t count) {
            return rest.size() >= from + count &&
                   std::ranges::all_of(rest.substr(from, count), is_hex);
        };
        const bool u = !rest.empty() && (rest[0] == 'u' || rest[0] == 'U');
        if (all_hex(0, 2) || (u && all_hex(1, 4))) return true;
    }
    return false;
}

std::string ascii_upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

/// Microsoft, "Naming Files, Paths, and Namespaces": devices, whatever the extension, and the
/// digits of ISO 8859-1's superscripts count as digits.
bool is_windows_device(std::string_view name) {
    std::string stem = ascii_upper(name.substr(0, name.find('.')));
    while (stem.ends_with(' ')) stem.pop_back();
    constexpr std::array<std::string_view, 6> kDevices = {"CON", "PRN",    "AUX",
                                                          "NUL", "CONIN$", "CONOUT$"};
    if (std::ranges::find(kDevices, stem) != kDevices.end()) return true;
    if (!stem.starts_with("COM") && !stem.starts_with("LPT")) return false;
    const std::string_view unit = std::string_view(stem).substr(3);
    if (unit.size() == 1) return unit[0] >= '0' && unit[0] <= '9';
    return std::ranges::find(kSuperscripts, unit) != std::end(kSuperscripts);
}

/// `name` as a reader that normalises would see it: dots of any script are '.', blanks ' '.
Result<std::string> folded(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size();) {
        const CodePoint c = decode_utf8(name, i);
        if (c.bytes == 0) {
            return fail(ErrorCode::path_malformed, "not UTF-8 at byte " + std::to_string(i));
        }
        switch (path_character(c.value)) {
            case PathCharacter::separator:
                return fail(ErrorCode::path_escapes, "a separator within a name: " + excerpt(name));
            case PathCharacter::forbidden:
                return fail(ErrorCode::path_malformed,
                            "a character no name may have at byte " + std::to_string(i));
            case PathCharacter::dot:
                out += '.';
                break;
            case PathCharacter::blank:
                out += ' ';
                break;
            case PathCharacter::plain:
                out += name.substr(i, c.bytes);
        }
        i += c.bytes;
    }
    return out;
}

std::unexpected<Error> refuse(ErrorCode code, std::string_view reason, std::string_view name) {
    return fail(code, std::string(reason) + ": " + excerpt(name));
}

/// Is `text` a Windows path with a drive, or a URL?
bool has_scheme(std::string_view text) {
    const std::size_t colon = text.find(':');
    return colon != std::string_view::npos && text.find('/') > colon;
}

}  // namespace

Status check_file_name(std::string_view name) {
    if (name.empty()) return fail(ErrorCode::path_malformed, "the name is empty");
    if (name.size() > kMaxNameBytes) {
        return fail(ErrorCode::path_too_long, "name of " + std::to_string(name.size()) + " bytes");
    }
    const Result<std::string> seen = folded(name);
    if (!seen) return std::unexpected(seen.error());
    if (seen->find_first_not_of(". ") == std::string::npos) {
        return refuse(ErrorCode::path_escapes, "a name of dots and blanks only", name);
    }
    if (seen->ends_with('.') || seen->ends_with(' ') || seen->starts_with(' ')) {
        return refuse(ErrorCode::path_malformed, "a dot or blank at the end", name);
    }
    if (has_percent_encoding(name)) {
        return refuse(ErrorCode::path_escapes, "percent-encoding within a name", name);
    }
    if (is_windows_device(*seen)) {
        return refuse(ErrorCode::path_malformed, "a device's name on Windows", name);
    }
    return {};
}

Result<RelativePath> RelativePath::parse(std::string_view text) {
    if (text.size() > kMaxPathBytes) {
        return fail(ErrorCode::path_too_long, "path of " + std::to_string(text.size()) + " bytes");
    }
    if (text.starts_with('/') || has_scheme(text)) {
        return refuse(ErrorCode::path_escapes, "not a relative path", text);
    }
    std::string joined;
    std::size_t parts = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('/'), text.size());
        const std::string_view part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (part.empty() || part == ".") continue;
        if (Status fine = check_file_name(part); !fine) return std::unexpected(fine.error());
        if (++parts > kMaxPathParts) {
            return fail(ErrorCode::path_too_long,
                        "more than " + std::to_string(kMaxPathParts) + " parts");
        }
        if (!joined.empty()) joined += '/';
        joined += part;
    }
    if (joined.empty()) return fail(ErrorCode::path_malformed, "the path names nothing");
    return RelativePath(std::move(joined));
}

std::vector<std::string_view> RelativePath::parts() const {
    std::vector<std::string_view> out;
    for (std::string_view rest = text_; !rest.empty();) {
        const std::size_t end = std::min(rest.find('/'), rest.size());
        out.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

std::string_view RelativePath::name() const noexcept {
    const std::string_view all = text_;
    return all.substr(all.rfind('/') + 1);
}

std::string RelativePath::extension() const {
    const std::string_view last = name();
    const std::size_t dot = last.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return {};
    std::string out(last.substr(dot + 1));
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace limpid::security
