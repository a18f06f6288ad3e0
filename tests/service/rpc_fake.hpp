#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "native/service/rpc/rpc_session.hpp"

namespace limpid::service::rpc {

/// Keeps what a session sends.
class Sent final : public RpcOutput {
public:
    void send(RpcAnswer answer) override { answers.push_back(std::move(answer)); }
    void close(RpcClose why) override { closed.push_back(why); }

    std::vector<RpcAnswer> answers;
    std::vector<RpcClose> closed;
};

/// Keeps calls until a test answers them.
class Held final : public RpcBackend {
public:
    void start(std::uint64_t key, RpcRequest request, Done done) override {
        requests.push_back(request);
        waiting[key] = std::move(done);
        if (answers_at_once) answer(key, at_once(request));
    }
    void cancel(std::uint64_t key) override {
        waiting.erase(key);
        cancelled.push_back(key);
    }

    void answer(std::uint64_t key, Response response) {
        auto node = waiting.extract(key);
        if (!node.empty()) node.mapped()(std::move(response));
    }
    static Response at_once(const RpcRequest& request) {
        Response response;
        response.text = request.method->kind == RpcKind::enhance ? "picture" : "{}";
        return response;
    }

    std::vector<RpcRequest> requests;
    std::map<std::uint64_t, Done> waiting;
    std::vector<std::uint64_t> cancelled;
    bool answers_at_once = true;
};

}  // namespace limpid::service::rpc
