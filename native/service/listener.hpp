#pragma once

#include <list>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/basic_socket_acceptor.hpp>

#include "limpid/error.hpp"
#include "service/listen_address.hpp"
#include "service/transport.hpp"
#include "service/unix_socket.hpp"

namespace limpid::service {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

/// Somewhere clients connect to.
struct Listener {
    Acceptor acceptor;
    /// Of a Unix socket.
    std::optional<UnixSocketFile> file;
};

/// Listen at every address of `listen`, or at its path. @return service.unbound.
[[nodiscard]] Result<std::list<Listener>> listen_at(const boost::asio::any_io_executor& executor,
                                                    const ListenAddress& listen);

/// Where a listener is: "127.0.0.1:8080", "[::1]:8080", "unix:/run/limpid/limpidd.sock".
[[nodiscard]] std::string place_of(const Acceptor& acceptor);

/// Who is at the other end of a connection.
struct Peer {
    /// 127.0.0.1 for one that came over a Unix socket.
    security::IpAddress address;
    bool over_unix_socket = false;
};

/// @return nothing when it has gone already.
[[nodiscard]] std::optional<Peer> peer_of(const Socket& socket);

}  // namespace limpid::service
