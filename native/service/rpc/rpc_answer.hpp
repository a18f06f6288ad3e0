#pragma once

#include <string>
#include <string_view>

#include "limpid/security/json_rpc.hpp"
#include "service/http_message.hpp"

namespace limpid::service::rpc {

/// Errors of our own, beside JsonRpcErrorCode.
inline constexpr std::int32_t kRefused = -32000;

/// The answer to a call that was refused before the service heard of it. The error's `data` is an
/// RFC 9457 problem without the members that only HTTP needs.
[[nodiscard]] std::string error_answer(const security::JsonRpcId& id, const Error& error);

/// The answer to a call that the service refused. @param response  a problem.
[[nodiscard]] std::string problem_answer(const security::JsonRpcId& id, const Response& response);

/// The code of a problem; empty when there is none.
[[nodiscard]] std::string problem_code(const Response& response);

/// What JSON says of an image: its type, digest and length, and where it is.
/// @param image_json  a JSON string of its base64, or `{"frame":true}`.
[[nodiscard]] std::string image_result(const Response& response, std::string_view image_json);

}  // namespace limpid::service::rpc
