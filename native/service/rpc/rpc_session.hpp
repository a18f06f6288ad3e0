#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/security/json_rpc.hpp"
#include "service/http_message.hpp"
#include "service/rpc/rpc_methods.hpp"

namespace limpid::service::rpc {

/// Why a connection is closed, as the codes of RFC 6455 section 7.4.1.
enum class RpcClose : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    unsupported = 1003,
    policy = 1008,
    too_big = 1009,
    try_later = 1013,
};

/// What is sent: a text and, right behind it, the bytes of an image.
struct RpcAnswer {
    std::string text;
    std::span<const std::byte> frame;
    /// Keeps `frame` alive; null: there is none.
    std::shared_ptr<const void> owner;
};

/// Where a session's answers go.
class RpcOutput {
public:
    RpcOutput() = default;
    RpcOutput(const RpcOutput&) = delete;
    RpcOutput& operator=(const RpcOutput&) = delete;
    virtual ~RpcOutput() = default;

    virtual void send(RpcAnswer answer) = 0;
    /// Close the connection when everything was sent. It may call RpcSession::end().
    virtual void close(RpcClose why) = 0;
};

/// Who does what calls ask for.
class RpcBackend {
public:
    using Done = std::move_only_function<void(Response)>;
    RpcBackend() = default;
    RpcBackend(const RpcBackend&) = delete;
    RpcBackend& operator=(const RpcBackend&) = delete;
    virtual ~RpcBackend() = default;

    /// Do it. `done` is called from within the call or later, unless cancel() came before.
    /// @param key  names the call, once in a session.
    virtual void start(std::uint64_t key, RpcRequest request, Done done) = 0;
    virtual void cancel(std::uint64_t key) = 0;
};

/// What holds for a session.
struct RpcRules {
    /// May images be messages of their own? Otherwise they are base64.
    bool frames = false;
    /// Is `authenticate` the first call?
    bool must_authenticate = false;
    std::uint64_t max_message_bytes = std::uint64_t{10} << 20U;
    /// Calls that may be in progress.
    std::size_t max_calls = 16;
};

/// JSON-RPC 2.0 of one connection: messages in, messages out, and nothing of sockets. Make it with
/// std::make_shared. Not thread-safe.
class RpcSession : public std::enable_shared_from_this<RpcSession> {
public:
    /// @param output  borrowed; not called any more after end().
    RpcSession(const RpcRules& rules, std::shared_ptr<RpcBackend> backend, RpcOutput& output)
        : rules_(rules),
          backend_(std::move(backend)),
          output_(output),
          is_authenticated_(!rules.must_authenticate) {}

    /// A message came. @param text  at most max_message_bytes, which the caller has seen to.
    void take_text(std::string_view text);
    /// A message that is an image.
    void take_frame(std::string bytes);
    /// A message was longer than allowed: says so and closes.
    void refuse_oversize();
    /// Answer with an error that concerns no call.
    void refuse(const Error& error);
    /// Nobody is there any more: end its calls, and send nothing.
    void end();

    [[nodiscard]] bool is_authenticated() const noexcept { return is_authenticated_; }
    /// Calls in progress.
    [[nodiscard]] std::size_t calls() const noexcept { return calls_.size(); }

private:
    /// The calls of one message.
    struct Group {
        security::JsonRpcMessage message;
        std::size_t open = 0;
        std::vector<std::string> answers;
        RpcAnswer with_frame;
    };
    struct Call {
        std::shared_ptr<Group> group;
        security::JsonRpcId id;
        const RpcMethod* method = nullptr;
        std::string echo;
        bool frame = false;
        /// Waits for its image to come as the next message.
        std::optional<RpcRequest> waiting;
    };

    void take(security::JsonRpcCall& call, const std::shared_ptr<Group>& group);
    [[nodiscard]] std::string take_request(const security::JsonRpcCall& call,
                                           const std::shared_ptr<Group>& group);
    [[nodiscard]] bool cancel(const std::optional<security::JsonView>& params);
    void start(std::uint64_t key, RpcRequest request);
    void complete(std::uint64_t key, Response response);
    [[nodiscard]] std::string answer_of(Call& call, Response& response);
    void fail_waiting();
    void close_group(const std::shared_ptr<Group>& group);
    void listen(std::uint64_t key, const Call& call, std::shared_ptr<BodyStream> stream);
    void tell_events(std::uint64_t key);
    void note_fault();
    void close(RpcClose why);

    struct Subscription {
        std::string id;
        std::shared_ptr<BodyStream> stream;
        /// Of an event that is not complete.
        std::string rest;
    };

    RpcRules rules_;
    std::shared_ptr<RpcBackend> backend_;
    RpcOutput& output_;
    bool is_authenticated_;
    bool has_ended_ = false;
    bool is_taking_ = false;
    std::optional<RpcClose> close_after_;
    std::uint64_t next_key_ = 0;
    std::map<std::uint64_t, Call> calls_;
    std::map<std::uint64_t, Subscription> subscriptions_;
    /// Calls in a row that asked for nothing.
    std::size_t faults_ = 0;
};

}  // namespace limpid::service::rpc
