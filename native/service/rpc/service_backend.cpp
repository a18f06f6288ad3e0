#include "service/rpc/service_backend.hpp"

#include <utility>

#include "service/rpc/rpc_desk.hpp"
#include "service/service.hpp"

namespace limpid::service::rpc {
namespace {

void set_token(RequestHead& head, const std::string& token) {
    std::erase_if(head.fields, [](const HeaderField& field) {
        return equal_ignoring_case(field.name, "Authorization");
    });
    head.fields.push_back({"Authorization", "Bearer " + token});
}

}  // namespace

RequestHead ServiceBackend::head_for(const RpcRequest& request) const {
    RequestHead head = caller_;
    head.method = kRpcMethod;
    head.path = request.path;
    head.query = request.query;
    if (!request.token.empty()) set_token(head, request.token);
    // By it the service knows that there is a body, and reserves its memory.
    if (!request.body.empty()) {
        head.fields.push_back({"Content-Length", std::to_string(request.body.size())});
    }
    return head;
}

void ServiceBackend::start(std::uint64_t key, RpcRequest request, Done done) {
    const auto exchange = std::make_shared<Exchange>();
    exchange->head = head_for(request);
    service_.receive(*exchange);
    running_[key] = {.exchange = exchange,
                     .method = request.method,
                     .token = std::move(request.token),
                     .done = std::move(done)};
    service_.begin(exchange, Surface::rpc,
                   [self = shared_from_this(), key, exchange,
                    body = std::move(request.body)](std::optional<Response> response) mutable {
                       self->go_on(key, exchange, std::move(body), std::move(response));
                   });
}

void ServiceBackend::go_on(std::uint64_t key, const std::shared_ptr<Exchange>& exchange,
                           std::string body, std::optional<Response> response) {
    // Cancelled meanwhile.
    if (!running_.contains(key)) return;
    if (response) return finish(key, *std::move(response));
    exchange->body = std::move(body);
    service_.run(exchange, [self = shared_from_this(), key](Response answer) {
        self->finish(key, std::move(answer));
    });
}

void ServiceBackend::finish(std::uint64_t key, Response response) {
    auto node = running_.extract(key);
    if (node.empty()) return;
    Running running = std::move(node.mapped());
    Exchange& exchange = *running.exchange;
    // It may be as long as a recipe is.
    exchange.head.query.clear();
    response = service_.finish(exchange, std::move(response));
    exchange.drop_body();
    service_.rpc_desk().count_call(running.method->name, exchange.error_code);
    if (response.status < 400 && !running.token.empty()) set_token(caller_, running.token);
    running.done(std::move(response));
}

void ServiceBackend::cancel(std::uint64_t key) {
    auto node = running_.extract(key);
    if (node.empty()) return;
    Exchange& exchange = *node.mapped().exchange;
    exchange.head.query.clear();
    service_.abandon(exchange);
    service_.rpc_desk().count_call(node.mapped().method->name, exchange.error_code);
}

}  // namespace limpid::service::rpc
