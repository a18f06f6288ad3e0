#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "crypto/tls_server.hpp"
#include "limpid/error.hpp"
#include "limpid/security/network.hpp"
#include "service/connection.hpp"
#include "service/listener.hpp"
#include "service/service.hpp"

namespace limpid::service {

/// Takes in who connects, as far as there is room, and has them until they go. For the one thread
/// that runs `executor`; both borrowed.
class Connections {
public:
    Connections(boost::asio::any_io_executor executor, Service& service)
        : executor_(std::move(executor)), service_(service) {}

    /// Accept whoever comes to `address`, which may be none. @return as listen_at().
    Status listen(const ListenAddress& address, Surface surface);
    /// What those who come from now on are met with; null: no TLS.
    void set_tls(std::shared_ptr<const crypto::TlsServer> tls) noexcept { tls_ = std::move(tls); }

    [[nodiscard]] std::size_t size() const noexcept { return open_.size(); }

    /// Accept nobody any more, and close whoever waits for nothing.
    /// @param drained  called once, when nobody is left; perhaps from within.
    void stop(std::function<void()> drained);

    /// Give back to the system what many connections have used, once they are gone.
    void give_memory_back();

private:
    using Open = std::list<std::unique_ptr<Connection>>;

    void accept(Acceptor& acceptor, Surface surface);
    void pause(Acceptor& acceptor, Surface surface);
    void take(Socket socket, Surface surface);
    [[nodiscard]] const crypto::TlsServer* tls_for(const Peer& peer, Surface surface) const;
    [[nodiscard]] bool has_too_many(const Peer& peer) const;
    void begin(std::unique_ptr<Transport> transport, const Peer& peer, Surface surface,
               bool too_many);
    void forget(Open::iterator at, const Peer& peer);

    boost::asio::any_io_executor executor_;
    Service& service_;
    std::list<Listener> listeners_;
    std::shared_ptr<const crypto::TlsServer> tls_;
    Open open_;
    std::map<security::IpAddress, int> peers_;
    /// Not empty: it stops.
    std::function<void()> drained_;
    /// Since memory was given back.
    std::size_t most_ = 0;
    std::chrono::steady_clock::time_point next_trim_{};
};

}  // namespace limpid::service
