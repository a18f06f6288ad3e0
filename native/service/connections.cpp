#include "service/connections.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include <malloc.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace limpid::service {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{100};
// Beyond the limit, so that those that are too many can be told so.
constexpr int kExtraConnections = 64;
// So many fewer connections are worth the milliseconds that giving their memory back takes.
constexpr std::size_t kTrimmedConnections = 100;
constexpr std::chrono::seconds kTrimInterval{5};

/// What the log calls it when a listener is open.
std::string_view event_of(Surface surface) {
    switch (surface) {
        case Surface::admin:
            return "listening_admin";
        case Surface::metrics:
            return "listening_metrics";
        case Surface::rpc:
            return "listening_rpc";
        default:
            return "listening";
    }
}

/// The others are for this machine alone.
bool is_for_clients(Surface surface) {
    return surface != Surface::metrics && surface != Surface::admin;
}

}  // namespace

Status Connections::listen(const ListenAddress& address, Surface surface) {
    auto made = listen_at(executor_, address);
    if (!made) return std::unexpected(std::move(made).error());
    for (Listener& listener : *made) {
        service_.log().event(event_of(surface), place_of(listener.acceptor));
        accept(listener.acceptor, surface);
    }
    listeners_.splice(listeners_.end(), *made);
    return {};
}

void Connections::accept(Acceptor& acceptor, Surface surface) {
    acceptor.async_accept([this, &acceptor, surface](error_code error, Socket socket) {
        if (!acceptor.is_open()) return;
        if (!error) take(std::move(socket), surface);
        // Without a pause the want of descriptors would keep a processor busy.
        if (error && error != asio::error::connection_aborted) return pause(acceptor, surface);
        accept(acceptor, surface);
    });
}

void Connections::pause(Acceptor& acceptor, Surface surface) {
    auto timer = std::make_shared<asio::steady_timer>(executor_, kAcceptPause);
    timer->async_wait([this, timer, &acceptor, surface](error_code) {
        if (acceptor.is_open()) accept(acceptor, surface);
    });
}

void Connections::take(Socket socket, Surface surface) {
    const std::optional<Peer> peer = peer_of(socket);
    if (!peer) return;
    // Closed without a word: who may not connect learns nothing, and costs nothing.
    if (is_for_clients(surface) && !peer->over_unix_socket && !service_.admits(peer->address)) {
        return;
    }
    const crypto::TlsServer* const tls = tls_for(*peer, surface);
    const auto open = static_cast<std::uint64_t>(open_.size());
    if (open >= service_.settings().max_connections + kExtraConnections) return;
    const bool too_many = open >= service_.settings().max_connections || has_too_many(*peer);
    // A handshake is the dearest thing that a stranger can ask for: with TLS nobody is told.
    if (too_many && tls != nullptr) return;
    error_code error;
    // Not for Unix sockets, which do not wait for more to send.
    static_cast<void>(socket.set_option(asio::ip::tcp::no_delay(true), error));
    auto transport = Transport::make(std::move(socket), tls);
    if (transport) begin(std::move(transport), *peer, surface, too_many);
}

const crypto::TlsServer* Connections::tls_for(const Peer& peer, Surface surface) const {
    const bool takes_tls =
        is_for_clients(surface) && !(surface == Surface::rpc && peer.over_unix_socket);
    return takes_tls ? tls_.get() : nullptr;
}

/// Whoever uses a Unix socket has the same address.
bool Connections::has_too_many(const Peer& peer) const {
    if (peer.over_unix_socket) return false;
    const auto found = peers_.find(peer.address);
    const int count = found == peers_.end() ? 0 : found->second;
    return static_cast<std::uint64_t>(count) >= service_.settings().max_connections_per_ip;
}

void Connections::begin(std::unique_ptr<Transport> transport, const Peer& peer, Surface surface,
                        bool too_many) {
    open_.push_back(
        std::make_unique<Connection>(std::move(transport), service_, surface, peer.address));
    if (!peer.over_unix_socket) ++peers_[peer.address];
    const auto at = std::prev(open_.end());
    auto ended = [this, at, peer] { forget(at, peer); };
    if (too_many) {
        (*at)->turn_away(std::move(ended));
    } else {
        (*at)->start(std::move(ended));
    }
}

void Connections::forget(Open::iterator at, const Peer& peer) {
    open_.erase(at);
    const auto count = peers_.find(peer.address);
    if (!peer.over_unix_socket && --count->second == 0) peers_.erase(count);
    if (drained_ && open_.empty()) drained_();
}

void Connections::stop(std::function<void()> drained) {
    for (Listener& listener : listeners_) {
        error_code error;
        static_cast<void>(listener.acceptor.close(error));
        listener.file.reset();
    }
    for (const auto& connection : open_) connection->stop_when_idle();
    drained_ = std::move(drained);
    if (open_.empty()) drained_();
}

/// It lies in pieces between what is in use: the C library gives none of it back by itself.
void Connections::give_memory_back() {
    const auto now = std::chrono::steady_clock::now();
    most_ = std::max(most_, open_.size());
    if (open_.size() + kTrimmedConnections > most_ || now < next_trim_) return;
    ::malloc_trim(0);
    most_ = open_.size();
    next_trim_ = now + kTrimInterval;
}

}  // namespace limpid::service
