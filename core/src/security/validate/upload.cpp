#include "limpid/security/upload.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "security/validate/polyglot.hpp"

namespace limpid::security {
namespace {

Status check_size(std::uint64_t bytes, const UploadPolicy& policy) {
    if (bytes == 0) return fail(ErrorCode::upload_missing);
    if (bytes <= policy.max_bytes) return {};
    return fail(ErrorCode::upload_too_large,
                std::to_string(bytes) + " bytes; max_bytes is " + std::to_string(policy.max_bytes));
}

Status check_allowed(MediaType type, std::string_view what, const UploadPolicy& policy) {
    if (type != MediaType::unknown &&
        std::ranges::find(policy.allowed, type) != policy.allowed.end()) {
        return {};
    }
    std::string found(what);
    found += "; accepted:";
    for (const MediaType allowed : policy.allowed) found.append(" ").append(mime_type(allowed));
    return fail(ErrorCode::upload_unsupported_type, std::move(found));
}

/// Does the header say anything?
bool declares(std::optional<std::string_view> content_type) {
    if (!content_type || content_type->empty()) return false;
    return declared_media_type(*content_type) != MediaType::unknown ||
           !content_type->starts_with(mime_type(MediaType::unknown));
}

}  // namespace

Status check_upload_headers(std::optional<std::uint64_t> content_length,
                            std::optional<std::string_view> content_type,
                            const UploadPolicy& policy) {
    if (content_length) {
        if (Status fine = check_size(*content_length, policy); !fine) return fine;
    }
    if (!declares(content_type)) return {};
    return check_allowed(declared_media_type(*content_type),
                         "declared as " + excerpt(*content_type), policy);
}

Result<MediaType> check_upload(Bytes content, std::optional<std::string_view> content_type,
                               const UploadPolicy& policy) {
    if (Status fine = check_upload_headers(content.size(), content_type, policy); !fine) {
        return std::unexpected(std::move(fine).error());
    }
    const MediaType type = sniff_media_type(content);
    if (Status fine = check_allowed(type, "found " + std::string(mime_type(type)), policy); !fine) {
        return std::unexpected(std::move(fine).error());
    }
    if (declares(content_type) && declared_media_type(*content_type) != type) {
        return fail(ErrorCode::upload_type_mismatch, "declared as " + excerpt(*content_type) +
                                                         ", found " + std::string(mime_type(type)));
    }
    if (const std::string_view other = find_polyglot(content); !other.empty()) {
        return fail(ErrorCode::upload_polyglot, "also " + std::string(other));
    }
    return type;
}

}  // namespace limpid::security
