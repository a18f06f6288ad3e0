#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "service/exchange.hpp"
#include "service/rpc/rpc_session.hpp"

namespace limpid::service {
class Service;
}

namespace limpid::service::rpc {

/// Has the service do calls, each as an exchange of its own: so the address, credential, scope and
/// limits are looked at for every call, and each is counted and logged, as for HTTP. A key that is
/// revoked or a token that expires ends with the next call. Make it with std::make_shared. Not
/// thread-safe.
class ServiceBackend final : public RpcBackend,
                             public std::enable_shared_from_this<ServiceBackend> {
public:
    /// @param service  borrowed, and outlives it. @param caller  see caller_of().
    ServiceBackend(Service& service, RequestHead caller)
        : service_(service), caller_(std::move(caller)) {}

    void start(std::uint64_t key, RpcRequest request, Done done) override;
    void cancel(std::uint64_t key) override;

private:
    struct Running {
        std::shared_ptr<Exchange> exchange;
        const RpcMethod* method = nullptr;
        std::string token;
        Done done;
    };
    void go_on(std::uint64_t key, const std::shared_ptr<Exchange>& exchange, std::string body,
               std::optional<Response> response);
    void finish(std::uint64_t key, Response response);
    [[nodiscard]] RequestHead head_for(const RpcRequest& request) const;

    Service& service_;
    RequestHead caller_;
    std::map<std::uint64_t, Running> running_;
};

}  // namespace limpid::service::rpc
