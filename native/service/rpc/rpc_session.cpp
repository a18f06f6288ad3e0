#include "service/rpc/rpc_session.hpp"

#include <algorithm>
#include <utility>

#include "limpid/security/encoding.hpp"
#include "service/rpc/rpc_answer.hpp"

namespace limpid::service::rpc {
namespace {

using security::JsonRpcCall;
using security::JsonRpcErrorCode;
using security::JsonRpcId;
using security::JsonView;

// Whoever sends nothing but nonsense is not told so for ever.
constexpr std::size_t kMaxFaults = 32;

std::string plain_error(const JsonRpcId& id, JsonRpcErrorCode code) {
    return json_rpc_error(id, static_cast<std::int32_t>(code), to_string(code));
}

/// Every line of an event stream that carries data.
std::vector<std::string> take_events(std::string& rest) {
    constexpr std::string_view kData = "data: ";
    std::vector<std::string> events;
    std::size_t end = 0;
    for (std::size_t at = 0; (end = rest.find('\n', at)) != std::string::npos; at = end + 1) {
        const std::string_view line = std::string_view(rest).substr(at, end - at);
        if (line.starts_with(kData)) events.emplace_back(line.substr(kData.size()));
    }
    const std::size_t last = rest.rfind('\n');
    if (last != std::string::npos) rest.erase(0, last + 1);
    return events;
}

}  // namespace

void RpcSession::take_text(std::string_view text) {
    const auto self = shared_from_this();
    if (has_ended_) return;
    fail_waiting();
    Limits limits;
    limits.max_json_bytes = rules_.max_message_bytes;
    const auto group = std::make_shared<Group>();
    group->message = security::parse_json_rpc(text, limits);
    // Held open until every call has begun.
    group->open = 1;
    is_taking_ = true;
    for (JsonRpcCall& call : group->message.calls) take(call, group);
    is_taking_ = false;
    // Images were taken out of it already, and the answers do not need it.
    group->message.calls.clear();
    group->message.document.reset();
    close_group(group);
    if (close_after_ && !has_ended_) output_.close(*close_after_);
}

/// Not before a message that is being taken was answered.
void RpcSession::close(RpcClose why) {
    if (has_ended_) return;
    if (!is_taking_) return output_.close(why);
    close_after_ = why;
}

void RpcSession::take(JsonRpcCall& call, const std::shared_ptr<Group>& group) {
    if (call.error) {
        group->answers.push_back(json_rpc_error(call));
        return note_fault();
    }
    if (!call.id) {
        if (call.method == kCancel && cancel(call.params)) return;
        // No method here does anything but answer: other notifications ask for nothing.
        return note_fault();
    }
    std::string refusal = take_request(call, group);
    if (refusal.empty()) return;
    group->answers.push_back(std::move(refusal));
    note_fault();
}

/// @return why it is not begun; empty when it is.
std::string RpcSession::take_request(const JsonRpcCall& call, const std::shared_ptr<Group>& group) {
    const JsonRpcId& id = *call.id;
    const RpcMethod* const method = find_rpc_method(call.method);
    const bool is_open = method != nullptr && (method->kind == RpcKind::initialize ||
                                               method->kind == RpcKind::authenticate);
    // Who may not call learns nothing of what there is.
    if (!is_authenticated_ && !is_open) return plain_error(id, JsonRpcErrorCode::unauthorised);
    if (method == nullptr || (method->kind == RpcKind::authenticate && rules_.frames)) {
        return plain_error(id, JsonRpcErrorCode::method_not_found);
    }
    auto request = read_rpc_request(*method, call.params);
    if (!request) return error_answer(id, request.error());
    if (request->frame && (!rules_.frames || group->message.is_batch)) {
        return error_answer(id, Error(ErrorCode::argument_invalid,
                                      "image: a frame follows a single call over WebSocket only"));
    }
    if (calls_.size() >= rules_.max_calls) return error_answer(id, Error(ErrorCode::service_busy));
    const std::uint64_t key = next_key_++;
    Call& begun = calls_[key];
    begun = {.group = group,
             .id = id,
             .method = method,
             .echo = std::move(request->echo),
             .frame = request->frame,
             .waiting = std::nullopt};
    ++group->open;
    if (request->frame) {
        begun.waiting = *std::move(request);
    } else {
        start(key, *std::move(request));
    }
    return {};
}

void RpcSession::start(std::uint64_t key, RpcRequest request) {
    backend_->start(key, std::move(request), [weak = weak_from_this(), key](Response response) {
        if (const auto self = weak.lock()) self->complete(key, std::move(response));
    });
}

void RpcSession::take_frame(std::string bytes) {
    const auto self = shared_from_this();
    if (has_ended_) return;
    for (auto& [key, call] : calls_) {
        if (!call.waiting) continue;
        RpcRequest request = *std::exchange(call.waiting, std::nullopt);
        request.body = std::move(bytes);
        return start(key, std::move(request));
    }
    output_.close(RpcClose::unsupported);
}

/// A call whose image did not come as the next message.
void RpcSession::fail_waiting() {
    const auto waits = [](const auto& entry) { return entry.second.waiting.has_value(); };
    const auto found = std::ranges::find_if(calls_, waits);
    if (found == calls_.end()) return;
    const Call call = std::move(found->second);
    calls_.erase(found);
    call.group->answers.push_back(error_answer(
        call.id, Error(ErrorCode::argument_invalid, "image: its frame did not follow")));
    close_group(call.group);
}

/// @return was there such a call?
bool RpcSession::cancel(const std::optional<JsonView>& params) {
    const auto wanted = params ? params->find("id") : std::nullopt;
    if (!wanted) return false;
    const std::string id = wanted->canonical();
    std::vector<std::uint64_t> keys;
    for (const auto& [key, call] : calls_) {
        if (call.id.json() == id) keys.push_back(key);
    }
    for (const std::uint64_t key : keys) {
        const auto found = calls_.find(key);
        if (found == calls_.end()) continue;
        const Call call = std::move(found->second);
        calls_.erase(found);
        if (!call.waiting) backend_->cancel(key);
        call.group->answers.push_back(error_answer(call.id, Error(ErrorCode::run_cancelled)));
        close_group(call.group);
    }
    const auto subscriptions = std::erase_if(subscriptions_, [&](const auto& entry) {
        if (entry.second.id == id) entry.second.stream->on_change(nullptr);
        return entry.second.id == id;
    });
    return !keys.empty() || subscriptions != 0;
}

void RpcSession::complete(std::uint64_t key, Response response) {
    const auto found = calls_.find(key);
    if (has_ended_ || found == calls_.end()) return;
    Call call = std::move(found->second);
    calls_.erase(found);
    const bool worked = response.status < 400;
    if (worked) faults_ = 0;
    if (worked && call.method->kind == RpcKind::authenticate) is_authenticated_ = true;
    call.group->answers.push_back(answer_of(call, response));
    close_group(call.group);
    if (worked && response.stream) listen(key, call, std::move(response.stream));
    if (!worked && problem_code(response) == "client.blocked") close(RpcClose::policy);
}

std::string RpcSession::answer_of(Call& call, Response& response) {
    if (response.status >= 400) return problem_answer(call.id, response);
    switch (call.method->kind) {
        case RpcKind::ping:
            return json_rpc_result(call.id, "{\"echo\":" + call.echo + "}");
        case RpcKind::subscribe:
            return json_rpc_result(call.id, R"({"subscribed":true})");
        case RpcKind::enhance:
            break;
        default:
            return json_rpc_result(call.id, response.text);
    }
    if (call.frame) {
        if (!response.owner) {
            const auto text = std::make_shared<std::string>(std::move(response.text));
            response.bytes = std::as_bytes(std::span(*text));
            response.owner = text;
        }
        call.group->with_frame = {.text = {}, .frame = response.bytes, .owner = response.owner};
        return json_rpc_result(call.id, image_result(response, R"({"frame":true})"));
    }
    // As long as a message to us may be, for whoever reads it needs memory as well.
    if (response.body().size() / 3 * 4 > rules_.max_message_bytes) {
        return error_answer(call.id, Error(ErrorCode::json_too_large,
                                           "the image; have it sent as a frame over WebSocket"));
    }
    const std::string image =
        "\"" + security::encode_base64(response.body(), security::Base64::standard) + "\"";
    return json_rpc_result(call.id, image_result(response, image));
}

void RpcSession::close_group(const std::shared_ptr<Group>& group) {
    if (--group->open != 0 || has_ended_) return;
    auto reply = json_rpc_reply(group->message, group->answers);
    if (!reply) return;
    RpcAnswer answer = std::move(group->with_frame);
    answer.text = *std::move(reply);
    output_.send(std::move(answer));
}

void RpcSession::listen(std::uint64_t key, const Call& call, std::shared_ptr<BodyStream> stream) {
    if (has_ended_) return;
    stream->on_change([weak = weak_from_this(), key] {
        if (const auto self = weak.lock()) self->tell_events(key);
    });
    subscriptions_[key] = {.id = call.id.json(), .stream = std::move(stream), .rest = {}};
    tell_events(key);
}

void RpcSession::tell_events(std::uint64_t key) {
    const auto found = subscriptions_.find(key);
    if (found == subscriptions_.end()) return;
    // Sending may end the session, and with it the subscription.
    const std::shared_ptr<BodyStream> stream = found->second.stream;
    const std::string id = found->second.id;
    const bool is_last = stream->has_ended();
    found->second.rest += stream->take();
    for (const std::string& job : take_events(found->second.rest)) {
        if (has_ended_) return;
        std::string text = R"({"jsonrpc":"2.0","method":"job.event","params":{"job":)";
        text.append(job).append(",\"subscription\":").append(id).append("}}");
        output_.send({.text = std::move(text), .frame = {}, .owner = nullptr});
    }
    if (!is_last) return;
    stream->on_change(nullptr);
    subscriptions_.erase(key);
}

void RpcSession::refuse_oversize() {
    if (has_ended_) return;
    output_.send({.text = plain_error({}, JsonRpcErrorCode::invalid_request),
                  .frame = {},
                  .owner = nullptr});
    output_.close(RpcClose::too_big);
}

void RpcSession::refuse(const Error& error) {
    if (has_ended_) return;
    output_.send({.text = error_answer({}, error), .frame = {}, .owner = nullptr});
    output_.close(RpcClose::try_later);
}

void RpcSession::note_fault() {
    if (++faults_ > kMaxFaults) close(RpcClose::policy);
}

void RpcSession::end() {
    has_ended_ = true;
    const auto calls = std::exchange(calls_, {});
    for (const auto& [key, call] : calls) {
        if (!call.waiting) backend_->cancel(key);
    }
    for (const auto& [key, subscription] : subscriptions_) {
        subscription.stream->on_change(nullptr);
    }
    subscriptions_.clear();
}

}  // namespace limpid::service::rpc
