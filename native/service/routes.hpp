#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "service/exchange.hpp"
#include "service/rate_gate.hpp"

namespace limpid::service {

class Service;

/// Which listener a route is reached at.
enum class Surface : std::uint8_t {
    api,            ///< the one for clients
    admin,          ///< the one for administrators, on this machine
    api_and_admin,  ///< either; of routes only: how administrators log in
    metrics,        ///< the one for the machine's own Prometheus
    rpc,            ///< none: calls of JSON-RPC, over WebSocket or the listener for it
    pages,          ///< that for clients, where it has no route and the playground has a file
};

/// What stands for the method of HTTP in the routes of Surface::rpc, and in the log.
inline constexpr std::string_view kRpcMethod = "RPC";

/// Who may call a route. What is not said to be public asks for a credential.
enum class Access : std::uint8_t {
    scoped,
    everybody,
    signed_url,  ///< whoever has a path that was signed; its handler verifies it
};

/// What a request brings.
enum class Body : std::uint8_t { none, image, json };

/// What is answered with when all is well.
enum class Reply : std::uint8_t { image, json, new_job, job, events, text, nothing, upgrade };

/// One row of the route table.
struct Route {
    Surface surface;
    Access access;
    RateClass rate_class;
    Body body;
    Reply reply;
    std::string_view method;
    /// `{id}` in it stands for one segment of a path, and `{rest}` at its end for all that follows.
    std::string_view path;
    /// What a credential must permit; for Access::scoped.
    std::string_view scope;
    void (*handler)(Service& service, const std::shared_ptr<Exchange>& exchange, Answer answer);
    /// For /openapi.json.
    std::string_view summary;
};

/// The whole table: there is no other way to reach a handler.
[[nodiscard]] std::span<const Route> routes() noexcept;

/// The route of a request; HEAD is answered as GET. Null: there is none.
[[nodiscard]] const Route* find_route(Surface surface, std::string_view method,
                                      std::string_view path) noexcept;

/// What of `path` stands where the route has `{id}` or `{rest}`; empty for a route without.
[[nodiscard]] std::string_view path_id(const Route& route, std::string_view path) noexcept;

/// The methods a path takes, as the header Allow lists them; empty for an unknown path.
[[nodiscard]] std::string allowed_methods(Surface surface, std::string_view path);

}  // namespace limpid::service
