#include "service/listener.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>

namespace limpid::service {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Endpoint = asio::generic::stream_protocol::endpoint;

asio::ip::address to_asio(const security::IpAddress& address) {
    if (const auto v4 = address.v4_bytes()) return asio::ip::address_v4(*v4);
    asio::ip::address_v6::bytes_type bytes{};
    std::ranges::copy(address.bytes(), bytes.begin());
    return asio::ip::address_v6(bytes);
}

security::IpAddress from_asio(const asio::ip::address& address) {
    if (address.is_v4()) return security::IpAddress::v4(address.to_v4().to_bytes());
    return security::IpAddress::v6(address.to_v6().to_bytes());
}

/// The same address as an endpoint of another kind.
template <class Other>
Other as_endpoint(const Endpoint& endpoint) {
    Other other;
    const std::size_t size = std::min(endpoint.size(), other.capacity());
    std::memcpy(other.data(), endpoint.data(), size);
    other.resize(size);
    return other;
}

Result<Listener> listen_tcp(const asio::any_io_executor& executor, const tcp::endpoint& endpoint) {
    Acceptor acceptor(executor);
    error_code error;
    static_cast<void>(acceptor.open(endpoint.protocol(), error));
    if (!error) {
        static_cast<void>(acceptor.set_option(asio::socket_base::reuse_address(true), error));
    }
    if (!error && endpoint.address().is_v6()) {
        static_cast<void>(acceptor.set_option(asio::ip::v6_only(true), error));
    }
    if (!error) static_cast<void>(acceptor.bind(Endpoint(endpoint), error));
    if (!error) {
        static_cast<void>(acceptor.listen(asio::socket_base::max_listen_connections, error));
    }
    if (error) {
        return fail(ErrorCode::service_unbound, endpoint.address().to_string() + " port " +
                                                    std::to_string(endpoint.port()) + ": " +
                                                    error.message());
    }
    return Listener{std::move(acceptor), std::nullopt};
}

Result<Listener> listen_path(const asio::any_io_executor& executor, const std::string& path) {
    auto made = listen_unix(path);
    if (!made) return std::unexpected(std::move(made).error());
    Listener listener{Acceptor(executor), std::move(made->file)};
    error_code error;
    static_cast<void>(listener.acceptor.assign(asio::generic::stream_protocol(AF_UNIX, 0),
                                               made->socket.get(), error));
    if (error) return fail(ErrorCode::service_unbound, error.message());
    static_cast<void>(made->socket.release());
    return listener;
}

}  // namespace

Result<std::list<Listener>> listen_at(const asio::any_io_executor& executor,
                                      const ListenAddress& listen) {
    std::list<Listener> listeners;
    if (!listen.unix_path.empty()) {
        auto listener = listen_path(executor, listen.unix_path);
        if (!listener) return std::unexpected(std::move(listener).error());
        listeners.push_back(*std::move(listener));
    }
    for (const security::IpAddress& address : listen.addresses) {
        auto listener = listen_tcp(executor, tcp::endpoint(to_asio(address), listen.port));
        if (!listener) return std::unexpected(std::move(listener).error());
        listeners.push_back(*std::move(listener));
    }
    return listeners;
}

std::string place_of(const Acceptor& acceptor) {
    error_code error;
    const Endpoint endpoint = acceptor.local_endpoint(error);
    if (endpoint.protocol().family() == AF_UNIX) {
        return "unix:" + as_endpoint<asio::local::stream_protocol::endpoint>(endpoint).path();
    }
    const auto address = as_endpoint<tcp::endpoint>(endpoint);
    const std::string host = address.address().to_string();
    return (address.address().is_v6() ? "[" + host + "]" : host) + ":" +
           std::to_string(address.port());
}

std::optional<Peer> peer_of(const Socket& socket) {
    error_code error;
    const Endpoint endpoint = socket.remote_endpoint(error);
    if (error) return std::nullopt;
    if (endpoint.protocol().family() == AF_UNIX) {
        return Peer{security::IpAddress::v4({127, 0, 0, 1}), true};
    }
    return Peer{from_asio(as_endpoint<tcp::endpoint>(endpoint).address()), false};
}

}  // namespace limpid::service
