#pragma once

#include <functional>
#include <memory>

#include "crypto/tls_server.hpp"
#include "limpid/error.hpp"
#include "service/listen_address.hpp"
#include "service/live_secrets.hpp"
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
    security::RandomSource* random = nullptr;
    /// Those in force; and read again, at SIGHUP.
    LiveSecrets secrets;
    std::function<Result<LiveSecrets>()> reread_secrets;
    /// Read the settings again, at SIGHUP.
    std::function<Result<Settings>()> reread;
    /// Read the files of TLS, at the start and at SIGHUP; null: there is none. For the listener of
    /// the API only: the metrics are for this machine.
    std::function<Result<std::shared_ptr<const crypto::TlsServer>>()> read_tls;
};

/// Listen, serve, and return after SIGTERM or SIGINT, when what was in progress has been answered.
/// @return service.unbound; the errors of Pool::create(), of read_tls and of reread_secrets, of
///         jobs::Jobs::open() and redis::SharedStore::open().
[[nodiscard]] Status serve(Service& service, ServerOptions options);

}  // namespace limpid::service
