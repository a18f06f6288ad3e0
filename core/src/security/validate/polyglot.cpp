#include "security/validate/polyglot.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "security/ascii.hpp"

namespace limpid::security {
namespace {

using namespace std::string_view_literals;

constexpr auto kNowhere = std::string_view::npos;

/// Readers accept a PDF header anywhere in the first 1024 bytes (ISO 32000-1, annex H note 13).
bool is_pdf(std::string_view content) {
    return content.substr(0, 1024 + 4).find("%PDF-") != kNowhere;
}

/// HDF5 specification, "Superblock": at byte 0, 512, 1024, 2048 and so on.
bool is_hdf5(std::string_view content) {
    constexpr std::string_view kSuperblock = "\x89HDF\r\n\x1A\n"sv;
    for (std::size_t at = 0; at < content.size(); at = at == 0 ? 512 : at * 2) {
        if (content.substr(at).starts_with(kSuperblock)) return true;
    }
    return false;
}

/// MAT-File Format: version 0x0100 or 0x0200 and "MI" at byte 124, in either byte order. The 116
/// bytes of text before are free, so the file may begin with anything.
bool is_matlab(std::string_view content) {
    if (content.size() < 128) return false;
    const std::string_view field = content.substr(124, 4);
    return field == "\x00\x01IM"sv || field == "\x01\x00MI"sv || field == "\x00\x02IM"sv ||
           field == "\x02\x00MI"sv;
}

/// APPNOTE 4.3.16: a reader looks backwards for the end record, which is 22 bytes and a comment
/// that reaches exactly to the end. Some readers accept bytes after it, so any plausible record
/// counts.
bool is_zip(std::string_view content) {
    constexpr std::size_t kRecordBytes = 22;
    constexpr std::size_t kMaxCommentBytes = 65'535;
    const std::size_t tail = std::min(content.size(), kRecordBytes + kMaxCommentBytes);
    std::string_view end = content.substr(content.size() - tail);
    const auto u16 = [&](std::size_t at) {
        return static_cast<unsigned>(static_cast<std::uint8_t>(end[at])) |
               static_cast<unsigned>(static_cast<std::uint8_t>(end[at + 1])) << 8U;
    };
    for (std::size_t at = end.find("PK\x05\x06"); at != kNowhere;
         at = end.find("PK\x05\x06", at + 1)) {
        if (end.size() - at < kRecordBytes) return false;
        // Disk numbers are zero and both counts agree in every archive of one part.
        const bool one_part = u16(at + 4) == 0 && u16(at + 6) == 0 && u16(at + 8) == u16(at + 10);
        if (one_part && end.size() - at >= kRecordBytes + u16(at + 20)) return true;
    }
    return false;
}

struct Mark {
    std::string_view bytes;
    std::string_view what;
    /// One of these follows; empty: anything.
    std::string_view then;
};

// Long enough that compressed pixels do not hold them by chance: the shortest, "<?php" and a blank
// in any case, once in about 2^43 bytes.
constexpr std::array kMarks = {
    Mark{"<?php"sv, "PHP", " \t\r\n"sv},
    Mark{"__halt_compiler"sv, "a PHP archive", ""sv},
    Mark{"<script"sv, "a page with a script", " \t\r\n>/"sv},
    Mark{"<!doctype html"sv, "a web page", ""sv},
    Mark{"<iframe"sv, "a web page", " \t\r\n>/"sv},
    Mark{"<hta:application"sv, "an HTML application", ""sv},
    Mark{"7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive", ""sv},
    Mark{"rar!\x1A\x07"sv, "a RAR archive", ""sv},
};

bool mark_at(std::string_view rest, const Mark& mark) {
    if (rest.size() <= mark.bytes.size() && !mark.then.empty()) return false;
    if (rest.size() < mark.bytes.size()) return false;
    if (!std::ranges::equal(rest.substr(0, mark.bytes.size()), mark.bytes, {}, to_lower))
        return false;
    return mark.then.empty() || mark.then.find(rest[mark.bytes.size()]) != kNowhere;
}

std::string_view find_mark(std::string_view content) {
    for (const char first : {'<', '_', '7', 'R', 'r'}) {
        const char* at = content.data();
        const char* const end = content.data() + content.size();
        while (at < end) {
            // memchr: most of a file is skipped at memory speed.
            at = static_cast<const char*>(
                std::memchr(at, first, static_cast<std::size_t>(end - at)));
            if (at == nullptr) break;
            const std::string_view rest(at, static_cast<std::size_t>(end - at));
            for (const Mark& mark : kMarks) {
                if (mark.bytes.front() == to_lower(first) && mark_at(rest, mark)) return mark.what;
            }
            ++at;
        }
    }
    return {};
}

/// An image's first bytes are a JavaScript identifier when its length field opens a comment: JPEG's
/// first segment of 0x2F2A bytes, RIFF's size, GIF's screen width. GIF may also be assigned to:
/// `GIF89a=`.
bool is_javascript(std::string_view content) {
    const bool riff_or_jpeg = content.substr(4, 2) == "/*";
    const bool gif = content.starts_with("GIF8");
    if (gif && content.substr(6, 1) == "=") return true;
    if (!riff_or_jpeg && !(gif && content.substr(6, 2) == "/*")) return false;
    // The comment has to end, and something has to make of the identifier an expression.
    const std::size_t end = content.find("*/", 8);
    if (end == kNowhere) return false;
    const std::size_t next = content.find_first_not_of(" \t\r\n", end + 2);
    return next != kNowhere && "=;,(.?|&+-*%[{`"sv.find(content[next]) != kNowhere;
}

}  // namespace

std::string_view find_polyglot(Bytes content) noexcept {
    const std::string_view text(reinterpret_cast<const char*>(content.data()), content.size());
    if (text.size() < 6) return {};
    if (is_pdf(text)) return "a PDF document";
    if (is_hdf5(text)) return "an HDF5 file";
    if (is_matlab(text)) return "a MATLAB file";
    if (is_zip(text)) return "a ZIP archive";
    if (is_javascript(text)) return "JavaScript";
    return find_mark(text);
}

}  // namespace limpid::security
