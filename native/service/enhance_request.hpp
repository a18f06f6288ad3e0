#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/decimal.hpp"
#include "limpid/digest.hpp"
#include "limpid/error.hpp"
#include "limpid/inspect.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/preset.hpp"
#include "limpid/security/upload.hpp"
#include "service/http_message.hpp"
#include "service/query.hpp"

namespace limpid::service {

/// What a request for a picture brings. Views into the body.
struct ImageUpload {
    std::span<const std::byte> image;
    /// As its content says, and its declaration agrees.
    FileFormat format = FileFormat::jpeg;
    /// The form's fields but the file, and the query's.
    std::vector<Parameter> parameters;
};

/// The types that are taken, and how large.
[[nodiscard]] security::UploadPolicy upload_policy(std::uint64_t max_bytes);

/// Refuse an upload by its head, before its body is read.
/// @return upload.missing, upload.too_large, upload.unsupported_type, http.unsupported_encoding.
[[nodiscard]] Status check_upload_head(const RequestHead& head, std::uint64_t max_bytes);

/// Find the picture: the body itself, or the field `file` of a form.
/// @return as security::check_upload(), parse_form() and parse_query().
[[nodiscard]] Result<ImageUpload> read_upload(const RequestHead& head,
                                              std::span<const std::byte> body,
                                              std::uint64_t max_bytes);

/// Take a picture that came by itself. Without parameters.
/// @return as security::check_upload().
[[nodiscard]] Result<ImageUpload> read_image(std::span<const std::byte> image,
                                             const std::optional<std::string>& content_type,
                                             std::uint64_t max_bytes);

/// An upload that was looked at as a whole.
struct ExaminedUpload {
    ImageUpload upload;
    /// Of the image; zeros when it is not wanted.
    Sha256 digest{};
};

/// What is to be made of the picture.
struct EnhanceRequest {
    /// Without recipe, table and limits.
    EnhanceOptions options;
    /// Empty: one is decided.
    std::string recipe_json;
    /// Is a signed manifest asked for? Says nothing of the picture.
    bool receipt = false;
};

/// Read the parameters format, preset, strength, quality, recipe and receipt, and those of
/// read_resize().
/// @return argument.invalid naming the parameter; http.not_acceptable when Accept allows nothing.
[[nodiscard]] Result<EnhanceRequest> read_enhance_request(const ImageUpload& upload,
                                                          std::optional<std::string_view> accept);

/// The strong entity tag (RFC 9110 section 8.8.3) of what the request leads to: of the input, what
/// was asked for, and the version, so that it is known before the work is done.
[[nodiscard]] std::string entity_tag(const Sha256& input, const EnhanceRequest& request);

/// Does an If-None-Match header name the tag?
[[nodiscard]] bool matches_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace limpid::service
