#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "limpid/digest.hpp"
#include "limpid/error.hpp"
#include "service/enhance_request.hpp"

namespace limpid::service::jobs {

/// What is asked for as JSON, to be kept with a job. The output's format must be set.
/// @return recipe.too_large; recipe.malformed for one that is no UTF-8, which JSON cannot hold. The
///         rest of a recipe is looked at by the worker that applies it.
[[nodiscard]] Result<std::string> encode_job_request(const EnhanceRequest& request);

/// The inverse. @return storage.damaged.
[[nodiscard]] Result<EnhanceRequest> decode_job_request(std::string_view json);

/// What two requests must share to be the same one: the photo and what is asked for. Not the
/// version of limpid, so that a request may be repeated after an update.
[[nodiscard]] std::string job_fingerprint(const Sha256& photo, std::string_view encoded_request);

/// Read the header Idempotency-Key of draft-ietf-httpapi-idempotency-key-header-07: a quoted string
/// (RFC 9651 section 3.3.3), or, as most clients send it, the same without quotes.
/// @param field  the header; absent: an empty key, which is none.
/// @return idempotency.malformed for anything but 1 to 255 visible ASCII characters.
[[nodiscard]] Result<std::string> parse_idempotency_key(const std::optional<std::string>& field);

}  // namespace limpid::service::jobs
