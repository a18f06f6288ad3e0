#pragma once

#include <string_view>

#include "limpid/error.hpp"
#include "service/http_message.hpp"

namespace limpid::service {

/// An error as a response: RFC 9457, and for 401 the challenge. What only operators may see is left
/// out; all reasons against a credential get one answer.
[[nodiscard]] Response problem_response(const Error& error, std::string_view request_id);

/// Text as the body of a 200.
[[nodiscard]] Response json_response(std::string json);

}  // namespace limpid::service
