#pragma once

#include <functional>

#include "limpid/error.hpp"
#include "service/listen_address.hpp"
#include "service/service.hpp"

namespace limpid::service {

/// What a server needs besides its service.
struct ServerOptions {
    ListenAddress listen;
    /// Without addresses: no metrics.
    ListenAddress metrics_listen;
    worker::PoolOptions pool;
    /// Read the settings again, at SIGHUP.
    std::function<Result<Settings>()> reread;
};

/// Listen, serve, and return after SIGTERM or SIGINT, when what was in progress has been answered.
/// @return service.unbound; the errors of Pool::create() and jobs::Jobs::open().
[[nodiscard]] Status serve(Service& service, const ServerOptions& options);

}  // namespace limpid::service
