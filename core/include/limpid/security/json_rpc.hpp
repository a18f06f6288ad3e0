#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/limits.hpp"
#include "limpid/security/json.hpp"

namespace limpid::security {

/// Error codes of JSON-RPC 2.0, section 5.1. From -32000 down to -32099 they are the server's own.
enum class JsonRpcErrorCode : std::int32_t {
    parse_error = -32700,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
    /// Ours: a call before authentication.
    unauthorised = -32001,
};

/// The sentence that JSON-RPC 2.0 prints beside `code`.
[[nodiscard]] LIMPID_API std::string_view to_string(JsonRpcErrorCode code) noexcept;

/// What identifies a call to its caller: string, number or null; absent for a notification.
class LIMPID_API JsonRpcId {
public:
    /// The id of an answer to something whose id could not be read.
    JsonRpcId() = default;

    /// The id as it is echoed: canonical JSON, so that 1.5 comes back as 1.5 and "1" as "1".
    [[nodiscard]] const std::string& json() const noexcept { return json_; }

private:
    friend class JsonRpcReader;
    std::string json_ = "null";
};

/// One element of a message. Exactly one of three: a request (`id`), a notification (no `id`, no
/// `error`: it is not answered, not even by an error), or something that is answered by `error`.
struct JsonRpcCall {
    /// UTF-8, as sent; empty when there is an error. Names beginning with "rpc." are refused, for
    /// JSON-RPC 2.0 keeps them for itself.
    std::string method;
    /// An array or an object, borrowed from the message's document.
    std::optional<JsonView> params;
    /// Absent for notifications.
    std::optional<JsonRpcId> id;
    /// Why this element is no call.
    std::optional<JsonRpcErrorCode> error;
    /// For logs, and for the error's `data` when the client may know.
    std::string reason;
};

/// What one text holds.
struct JsonRpcMessage {
    /// Owns what `calls` borrow; absent when the text could not be read.
    std::optional<JsonDocument> document;
    /// Answers are sent as an array exactly when the calls came as one.
    bool is_batch = false;
    /// At least one.
    std::vector<JsonRpcCall> calls;
};

/// Read a request, a notification or a batch.
///
/// Whatever cannot be answered as a call becomes a call with `error`, so that an answer can always
/// be made: text that is not strict JSON (json.hpp) gives parse_error, or invalid_request when only
/// a limit was exceeded; an empty batch, a wrong `jsonrpc`, an id that is neither a string, null
/// nor a number within ±2^53-1, and unknown members give invalid_request.
///
/// @param text       one JSON text. Borrowed for the call only.
/// @param limits     as parse_json_strict().
/// @param max_batch  elements of a batch; more give one invalid_request.
/// Thread-safe.
[[nodiscard]] LIMPID_API JsonRpcMessage parse_json_rpc(std::string_view text,
                                                       const Limits& limits = {},
                                                       std::size_t max_batch = 100);

/// The answer to a call that worked. @param result_json  JSON, used as it is.
[[nodiscard]] LIMPID_API std::string json_rpc_result(const JsonRpcId& id,
                                                     std::string_view result_json);

/// The answer to a call that failed. @param data_json  JSON, used as it is; left out when empty.
[[nodiscard]] LIMPID_API std::string json_rpc_error(const JsonRpcId& id, std::int32_t code,
                                                    std::string_view message,
                                                    std::string_view data_json = {});

/// The answer that `call.error` asks for. @param call  one that has an error.
[[nodiscard]] LIMPID_API std::string json_rpc_error(const JsonRpcCall& call);

/// Put the answers to the calls of a message together; nothing when there is nothing to answer.
/// @param answers  one JSON text for every call but the notifications.
[[nodiscard]] LIMPID_API std::optional<std::string> json_rpc_reply(
    const JsonRpcMessage& message, const std::vector<std::string>& answers);

/// Cuts a stream into lines without holding more of it than one message may have.
///
/// For newline-delimited JSON over TCP and for WebSocket messages in fragments: what has arrived of
/// a message is counted before it is complete. Not thread-safe: one for each connection.
class LIMPID_API MessageFramer {
public:
    /// @param max_message_bytes  the line end not counted.
    explicit MessageFramer(std::uint64_t max_message_bytes) : max_bytes_(max_message_bytes) {}

    /// Take what arrived. Complete lines are appended to `messages`, without LF or CRLF; blank
    /// lines are skipped.
    /// @return json.too_large as soon as a line is longer than allowed. The stream is lost then:
    ///         every later call fails too. Lines before the long one have been delivered.
    [[nodiscard]] Status push(std::string_view bytes, std::vector<std::string>& messages);

    /// Take one fragment of a message that ends where its sender says, not at a newline.
    /// @param last  the message is complete and goes to `messages`.
    /// @return json.too_large as above.
    [[nodiscard]] Status push_fragment(std::string_view bytes, bool last,
                                       std::vector<std::string>& messages);

    /// Bytes held for a message that is not complete.
    [[nodiscard]] std::size_t held_bytes() const noexcept { return held_.size(); }

private:
    [[nodiscard]] Status hold(std::string_view bytes);

    std::uint64_t max_bytes_;
    std::string held_;
    bool lost_ = false;
};

}  // namespace limpid::security
