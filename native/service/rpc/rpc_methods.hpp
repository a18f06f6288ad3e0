#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/json.hpp"

namespace limpid::service::rpc {

/// The subprotocol of WebSocket, and what `initialize` says is spoken.
inline constexpr std::string_view kProtocol = "limpid.v1";

/// What becomes of a method's parameters and result.
enum class RpcKind : std::uint8_t {
    initialize,    ///< no parameters; also before authentication
    authenticate,  ///< `token`; over TCP only
    ping,          ///< anything, which comes back as `echo`
    enhance,       ///< `image` and the parameters of POST /v1/enhance; an image comes back
    describe,      ///< `image`; JSON comes back
    job,           ///< `id` of a job
    subscribe,     ///< `id` of a job, of which notifications tell
};

/// One row of the table of methods.
struct RpcMethod {
    std::string_view name;
    RpcKind kind;
    /// Of its row in the route table (Surface::rpc).
    std::string_view path;
};

/// The whole table, but for the notification kCancel.
[[nodiscard]] std::span<const RpcMethod> rpc_methods() noexcept;

/// Null: there is none.
[[nodiscard]] const RpcMethod* find_rpc_method(std::string_view name) noexcept;

/// A notification: forget the call with the id in `params`.
inline constexpr std::string_view kCancel = "$/cancel";

/// What is asked of the service for one call.
struct RpcRequest {
    const RpcMethod* method = nullptr;
    std::string path;
    std::string query;
    /// The image.
    std::string body;
    /// Of `authenticate`.
    std::string token;
    /// Of `ping`: the JSON that comes back.
    std::string echo = "null";
    /// The image is the next message, and an image that is made comes as a message of its own.
    bool frame = false;
};

/// Read a call's parameters. @return argument.invalid naming the parameter.
[[nodiscard]] Result<RpcRequest> read_rpc_request(const RpcMethod& method,
                                                  const std::optional<security::JsonView>& params);

}  // namespace limpid::service::rpc
