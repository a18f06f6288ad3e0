#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/security/types.hpp"

namespace limpid::security {

/// Types that content is recognised as. Only images can be allowed; the others are recognised in
/// order to say what was found.
enum class MediaType : std::uint8_t {
    unknown,
    jpeg,
    png,
    webp,
    tiff,
    gif,
    bmp,
    heif,
    jpeg_xl,
    svg,
    html,
    xml,
    pdf,
    zip,
    hdf5,
    matlab,
    elf,
    portable_executable,
};

/// "image/jpeg", …; "application/octet-stream" for what is unknown.
[[nodiscard]] LIMPID_API std::string_view mime_type(MediaType type) noexcept;

/// The type of content by its signature, never by a name. Reads at most the first 1024 bytes.
/// Thread-safe.
[[nodiscard]] LIMPID_API MediaType sniff_media_type(Bytes content) noexcept;

/// The type a Content-Type header declares: parameters, case and blanks around it do not matter,
/// and the old names image/jpg, image/pjpeg and image/x-png are understood.
/// @return MediaType::unknown for anything else. Thread-safe.
[[nodiscard]] LIMPID_API MediaType declared_media_type(std::string_view content_type) noexcept;

/// What is accepted from outside.
struct UploadPolicy {
    /// By content and by declaration. Of these the engine decodes JPEG, PNG and WebP.
    std::vector<MediaType> allowed = {MediaType::jpeg, MediaType::png, MediaType::webp,
                                      MediaType::tiff};
    /// Largest file still accepted, in bytes.
    std::uint64_t max_bytes = 52'428'800;
};

/// Refuse an upload by its headers, before the body is read.
/// @param content_length  as declared; absent for a body in chunks, which is to be cut at max_bytes
/// + 1.
/// @param content_type    as declared; absent or application/octet-stream declares nothing.
/// @return upload.missing (length 0) | upload.too_large | upload.unsupported_type. Thread-safe.
[[nodiscard]] LIMPID_API Status check_upload_headers(std::optional<std::uint64_t> content_length,
                                                     std::optional<std::string_view> content_type,
                                                     const UploadPolicy& policy = {});

/// Decide on a whole upload by its content.
///
/// Beyond size and type, a file is refused that another reader would take for something else,
/// although it is an image too: a PDF header in the first 1024 bytes; an HDF5 superblock at 0 or
/// 512 * 2^n; a MATLAB version field at byte 124; the end record of a ZIP archive (JAR, OOXML,
/// EPUB), a 7-Zip or RAR signature, a PHP archive; PHP, script or HTML tags; and an image that is
/// also JavaScript, by a comment that begins in its first length field. Other bytes after the
/// image's end are accepted, for telephones append films and second pictures there; the engine
/// never reads or copies them.
///
/// @param content       the file. Borrowed for the call; read once.
/// @param content_type  as declared; absent or application/octet-stream declares nothing.
/// @return the type; or upload.missing | upload.too_large | upload.unsupported_type |
///         upload.type_mismatch | upload.polyglot. Thread-safe.
[[nodiscard]] LIMPID_API Result<MediaType> check_upload(
    Bytes content, std::optional<std::string_view> content_type, const UploadPolicy& policy = {});

}  // namespace limpid::security
