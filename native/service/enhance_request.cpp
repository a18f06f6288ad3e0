#include "service/enhance_request.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "limpid/version.hpp"
#include "platform/printable.hpp"
#include "service/accept.hpp"
#include "service/multipart.hpp"
#include "service/resize_parameters.hpp"

namespace limpid::service {
namespace {

constexpr Preset kPresets[] = {
#define LIMPID_PRESET(name, doc) Preset::name,
#define LIMPID_PRESET_FIELD(...)
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
};

/// curl calls every body this unless told otherwise: it declares nothing.
constexpr std::string_view kCurlDefault = "application/x-www-form-urlencoded";

std::optional<std::string> declared_type(std::optional<std::string> content_type) {
    if (content_type && equal_ignoring_case(*content_type, kCurlDefault)) return std::nullopt;
    return content_type;
}

FileFormat format_of(security::MediaType type) {
    switch (type) {
        case security::MediaType::png:
            return FileFormat::png;
        case security::MediaType::webp:
            return FileFormat::webp;
        default:
            return FileFormat::jpeg;
    }
}

Status take_image(ImageUpload& upload, std::span<const std::byte> image,
                  const std::optional<std::string>& content_type, std::uint64_t max_bytes) {
    const auto type =
        security::check_upload(image, declared_type(content_type), upload_policy(max_bytes));
    if (!type) return std::unexpected(type.error());
    upload.image = image;
    upload.format = format_of(*type);
    return {};
}

Status take_form(ImageUpload& upload, std::span<const std::byte> body, std::string_view boundary,
                 std::uint64_t max_bytes) {
    const auto parts = parse_form(body, boundary);
    if (!parts) return std::unexpected(parts.error());
    for (const FormPart& part : *parts) {
        if (part.name != "file") {
            upload.parameters.push_back({part.name, std::string(part.content)});
            continue;
        }
        const std::span content(part.content.data(), part.content.size());
        if (Status status =
                take_image(upload, std::as_bytes(content), part.content_type, max_bytes);
            !status) {
            return status;
        }
    }
    if (upload.image.empty()) return fail(ErrorCode::upload_missing, "the form has no field file");
    return {};
}

/// A plain decimal number, all of the text.
std::optional<double> parse_number(std::string_view text) {
    double value = 0;
    const auto [stopped, error] =
        std::from_chars(text.begin(), text.end(), value, std::chars_format::fixed);
    if (error != std::errc() || stopped != text.end() || !std::isfinite(value)) return std::nullopt;
    return value;
}

template <class Choices, class Value>
bool choose(const Choices& choices, std::string_view text, Value& value) {
    const auto found =
        std::ranges::find(choices, text, [](auto choice) { return to_string(choice); });
    if (found == std::end(choices)) return false;
    value = *found;
    return true;
}

Status take_parameter(EnhanceRequest& request, const Parameter& parameter) {
    EnhanceOptions& options = request.options;
    if (parameter.name == "format") {
        FileFormat format{};
        if (!choose(kOutputFormats, parameter.value, format)) {
            return refused_parameter(parameter, "jpeg, png or webp");
        }
        options.format = format;
    } else if (parameter.name == "preset") {
        if (!choose(kPresets, parameter.value, options.preset)) {
            return refused_parameter(parameter, "a preset of docs/presets.md");
        }
    } else if (parameter.name == "strength") {
        const auto strength = parse_number(parameter.value);
        if (!strength || *strength < 0 || *strength > 1)
            return refused_parameter(parameter, "0 to 1");
        options.strength = Decimal::from_double(*strength);
    } else if (parameter.name == "quality") {
        const auto quality = parse_number(parameter.value);
        if (!quality || *quality < 1 || *quality > 100 || *quality != std::floor(*quality)) {
            return refused_parameter(parameter, "1 to 100");
        }
        options.encode.quality = static_cast<int>(*quality);
    } else if (parameter.name == "recipe") {
        request.recipe_json = parameter.value;
    } else if (parameter.name == "receipt") {
        if (parameter.value != "true" && parameter.value != "false") {
            return refused_parameter(parameter, "true or false");
        }
        request.receipt = parameter.value == "true";
    } else if (!is_resize_parameter(parameter.name)) {
        return fail(ErrorCode::argument_invalid,
                    "there is no parameter " + platform::printable(parameter.name));
    }
    return {};
}

}  // namespace

security::UploadPolicy upload_policy(std::uint64_t max_bytes) {
    using security::MediaType;
    return {.allowed = {MediaType::jpeg, MediaType::png, MediaType::webp}, .max_bytes = max_bytes};
}

Status check_upload_head(const RequestHead& head, std::uint64_t max_bytes) {
    if (!head.has_body()) return fail(ErrorCode::upload_missing);
    const auto coding = head.field("Content-Encoding");
    if (coding && !equal_ignoring_case(*coding, "identity")) {
        return fail(ErrorCode::http_unsupported_encoding, "Content-Encoding");
    }
    auto content_type = declared_type(head.field("Content-Type"));
    if (content_type) {
        const auto boundary = form_boundary(*content_type);
        if (!boundary) return std::unexpected(boundary.error());
        // The type of a form's picture stands in the form.
        if (*boundary) content_type.reset();
    }
    return security::check_upload_headers(head.content_length(), content_type,
                                          upload_policy(max_bytes));
}

Result<ImageUpload> read_upload(const RequestHead& head, std::span<const std::byte> body,
                                std::uint64_t max_bytes) {
    ImageUpload upload;
    auto parameters = parse_query(head.query);
    if (!parameters) return std::unexpected(std::move(parameters).error());
    upload.parameters = *std::move(parameters);
    const auto content_type = head.field("Content-Type");
    const auto boundary = form_boundary(content_type.value_or(""));
    if (!boundary) return std::unexpected(boundary.error());
    const Status status = *boundary ? take_form(upload, body, **boundary, max_bytes)
                                    : take_image(upload, body, content_type, max_bytes);
    if (!status) return std::unexpected(status.error());
    return upload;
}

Result<ImageUpload> read_image(std::span<const std::byte> image,
                               const std::optional<std::string>& content_type,
                               std::uint64_t max_bytes) {
    ImageUpload upload;
    if (Status status = take_image(upload, image, content_type, max_bytes); !status) {
        return std::unexpected(status.error());
    }
    return upload;
}

Result<EnhanceRequest> read_enhance_request(const ImageUpload& upload,
                                            std::optional<std::string_view> accept) {
    EnhanceRequest request;
    std::vector<std::string_view> seen;
    for (const Parameter& parameter : upload.parameters) {
        if (std::ranges::find(seen, parameter.name) != seen.end()) {
            return fail(ErrorCode::argument_invalid,
                        platform::printable(parameter.name) + " comes twice");
        }
        seen.push_back(parameter.name);
        if (Status status = take_parameter(request, parameter); !status) {
            return std::unexpected(status.error());
        }
    }
    auto resize = read_resize(upload.parameters);
    if (!resize) return std::unexpected(std::move(resize).error());
    request.options.resize = *resize;
    if (!request.recipe_json.empty() && request.options.preset != Preset::natural) {
        return fail(ErrorCode::argument_invalid,
                    "recipe and preset are both given; a recipe is complete and takes no preset");
    }
    if (!request.options.format) {
        request.options.format = negotiate_format(accept, upload.format);
        if (!request.options.format) return fail(ErrorCode::http_not_acceptable);
    }
    return request;
}

std::string entity_tag(const Sha256& input, const EnhanceRequest& request) {
    const EnhanceOptions& options = request.options;
    std::string text = "limpid " LIMPID_VERSION_STRING "\n" + to_hex(input) + "\n";
    text += std::string(to_string(*options.format)) + " " + std::string(to_string(options.preset));
    text += " " + to_string(options.strength) + " " + std::to_string(options.encode.quality);
    if (options.resize) {
        for (const Parameter& one : resize_parameters(*options.resize)) {
            text += " " + one.name + " " + one.value;
        }
    }
    text += "\n" + request.recipe_json;
    return "\"" + to_hex(sha256(std::as_bytes(std::span(text)))).substr(0, 32) + "\"";
}

bool matches_tag(std::string_view if_none_match, std::string_view tag) {
    while (!if_none_match.empty()) {
        const std::size_t end = std::min(if_none_match.find(','), if_none_match.size());
        std::string_view one = trimmed(if_none_match.substr(0, end));
        if_none_match.remove_prefix(std::min(end + 1, if_none_match.size()));
        // The weak comparison of RFC 9110 section 8.8.3.2.
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == tag) return true;
    }
    return false;
}

}  // namespace limpid::service
