#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "limpid/security/upload.hpp"
#include "security/ascii.hpp"

namespace limpid::security {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kSniffedBytes = 1024;

struct Row {
    MediaType type;
    std::string_view name;
};

// The first name of a type is the one it is given; the others are understood.
constexpr std::array kNames = {
    Row{MediaType::unknown, "application/octet-stream"},
    Row{MediaType::jpeg, "image/jpeg"},
    Row{MediaType::jpeg, "image/jpg"},
    Row{MediaType::jpeg, "image/pjpeg"},
    Row{MediaType::png, "image/png"},
    Row{MediaType::png, "image/x-png"},
    Row{MediaType::webp, "image/webp"},
    Row{MediaType::tiff, "image/tiff"},
    Row{MediaType::gif, "image/gif"},
    Row{MediaType::bmp, "image/bmp"},
    Row{MediaType::heif, "image/heif"},
    Row{MediaType::heif, "image/heic"},
    Row{MediaType::heif, "image/avif"},
    Row{MediaType::jpeg_xl, "image/jxl"},
    Row{MediaType::svg, "image/svg+xml"},
    Row{MediaType::html, "text/html"},
    Row{MediaType::xml, "application/xml"},
    Row{MediaType::xml, "text/xml"},
    Row{MediaType::pdf, "application/pdf"},
    Row{MediaType::zip, "application/zip"},
    Row{MediaType::hdf5, "application/x-hdf5"},
    Row{MediaType::matlab, "application/x-matlab-data"},
    Row{MediaType::elf, "application/x-executable"},
    Row{MediaType::portable_executable, "application/vnd.microsoft.portable-executable"},
};

struct MagicBytes {
    MediaType type;
    std::size_t offset;
    std::string_view bytes;
};

// The formats' own specifications. '?' matches any byte; no signature has a real one.
constexpr std::array kSignatures = {
    MagicBytes{MediaType::jpeg, 0, "\xFF\xD8\xFF"sv},
    MagicBytes{MediaType::png, 0, "\x89PNG\r\n\x1A\n"sv},
    MagicBytes{MediaType::webp, 0, "RIFF????WEBP"sv},
    MagicBytes{MediaType::tiff, 0, "II*\0"sv},
    MagicBytes{MediaType::tiff, 0, "MM\0*"sv},
    MagicBytes{MediaType::gif, 0, "GIF87a"sv},
    MagicBytes{MediaType::gif, 0, "GIF89a"sv},
    MagicBytes{MediaType::bmp, 0, "BM????\0\0\0\0"sv},
    MagicBytes{MediaType::heif, 4, "ftypheic"sv},
    MagicBytes{MediaType::heif, 4, "ftypheix"sv},
    MagicBytes{MediaType::heif, 4, "ftypmif1"sv},
    MagicBytes{MediaType::heif, 4, "ftypavif"sv},
    MagicBytes{MediaType::jpeg_xl, 0, "\xFF\x0A"sv},
    MagicBytes{MediaType::jpeg_xl, 0, "\0\0\0\x0CJXL \r\n\x87\n"sv},
    MagicBytes{MediaType::pdf, 0, "%PDF-"sv},
    MagicBytes{MediaType::zip, 0, "PK\x03\x04"sv},
    MagicBytes{MediaType::zip, 0, "PK\x05\x06"sv},
    MagicBytes{MediaType::hdf5, 0, "\x89HDF\r\n\x1A\n"sv},
    MagicBytes{MediaType::matlab, 0, "MATLAB 5.0 MAT-file"sv},
    MagicBytes{MediaType::matlab, 0, "MATLAB 7.3 MAT-file"sv},
    MagicBytes{MediaType::elf, 0,
               "\x7F"
               "ELF"sv},
    MagicBytes{MediaType::portable_executable, 0, "MZ"sv},
};

bool matches(std::string_view content, const MagicBytes& signature) {
    if (content.size() < signature.offset + signature.bytes.size()) return false;
    const std::string_view there = content.substr(signature.offset, signature.bytes.size());
    return std::ranges::equal(there, signature.bytes, [](char found, char wanted) {
        return wanted == '?' || found == wanted;
    });
}

/// The type of text by its first tag; a byte order mark, blanks and an XML declaration may precede
/// it.
MediaType markup_type(std::string_view content) {
    if (content.starts_with("\xEF\xBB\xBF")) content.remove_prefix(3);
    const std::size_t first = content.find_first_not_of(" \t\r\n\f");
    if (first == std::string_view::npos || content[first] != '<') return MediaType::unknown;
    std::string text(content.substr(first));
    std::ranges::transform(text, text.begin(), to_lower);
    if (text.find("<svg") != std::string::npos) return MediaType::svg;
    if (text.starts_with("<?xml")) return MediaType::xml;
    for (const std::string_view tag : {"<!doctype", "<html", "<head", "<body", "<script", "<!--"}) {
        if (text.starts_with(tag)) return MediaType::html;
    }
    return MediaType::unknown;
}

}  // namespace

std::string_view mime_type(MediaType type) noexcept {
    return std::ranges::find(kNames, type, &Row::type)->name;
}

MediaType sniff_media_type(Bytes content) noexcept {
    const Bytes head = content.first(std::min(content.size(), kSniffedBytes));
    const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
    for (const MagicBytes& signature : kSignatures) {
        if (matches(text, signature)) return signature.type;
    }
    return markup_type(text);
}

MediaType declared_media_type(std::string_view content_type) noexcept {
    std::string_view name = content_type.substr(0, content_type.find(';'));
    while (name.starts_with(' ') || name.starts_with('\t')) name.remove_prefix(1);
    while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
    for (const Row& row : kNames) {
        if (equal_ignoring_case(row.name, name)) return row.type;
    }
    return MediaType::unknown;
}

}  // namespace limpid::security
