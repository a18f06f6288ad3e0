#pragma once

#include <functional>
#include <memory>

#include "crypto/tls_server.hpp"
#include "limpid/error.hpp"
#include "service/listen_address.hpp"
#include "service/service.hpp"

namespace limpid::service {

/// What a server needs besides its service.
struct ServerOptions {
    ListenAddress listen;
    /// Without addresses: no metrics.
    ListenAddress metrics_listen;
    /// Without addresses: the routes for administrators are not reached.
    ListenAddress admin_listen;
    /// Without addresses: no JSON-RPC lines.
    ListenAddress rpc_listen;
    worker::PoolOptions pool;
    /// Of settings.redis_password; null: there is none. Borrowed.
    const security::Secret* redis_password = nullptr;
    /// Of settings.webhook_secret; null: there is none.
    const security::Secret* webhook_secret = nullptr;
    security::RandomSource* random = nullptr;
    /// Of settings.url_keys; null: there is none.
    const security::Secret* url_keys = nullptr;
    /// Read the settings again, at SIGHUP.
    std::function<Result<Settings>()> reread;
    /// Read the files of TLS, at the start and at SIGHUP; null: there is none. For the listener of
    /// the API only: the metrics are for this machine.
    std::function<Result<std::shared_ptr<const crypto::TlsServer>>()> read_tls;
};

/// Listen, serve, and return after SIGTERM or SIGINT, when what was in progress has been answered.
/// @return service.unbound; the errors of Pool::create() and of read_tls.
/// @return service.unbound; the errors of Pool::create() and jobs::Jobs::open() and
///         redis::SharedStore::open().
[[nodiscard]] Status serve(Service& service, const ServerOptions& options);

}  // namespace limpid::service
