#include "service/transport.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <boost/asio/socket_base.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace limpid::service {

namespace asio = boost::asio;
using boost::system::error_code;

struct Transport::Tls {
    asio::ssl::stream<Socket&> stream;
};

Transport::Transport(Socket socket) : socket_(std::move(socket)) {}

Transport::~Transport() = default;

std::unique_ptr<Transport> Transport::make(Socket socket, const crypto::TlsServer* tls) {
    std::unique_ptr<Transport> transport(new Transport(std::move(socket)));
    if (tls == nullptr) return transport;
    // From here on the stream owns it.
    auto* const connection = tls->new_connection();
    if (connection == nullptr) return nullptr;
    transport->tls_ =
        std::make_unique<Tls>(asio::ssl::stream<Socket&>(transport->socket_, connection));
    return transport;
}

void Transport::shake_hands(Handler<> handler) {
    tls_->stream.async_handshake(asio::ssl::stream_base::server, std::move(handler));
}

void Transport::close_notify(Handler<> handler) { tls_->stream.async_shutdown(std::move(handler)); }

void Transport::read_some(asio::mutable_buffer buffer, Handler<std::size_t> handler) {
    if (tls_) {
        tls_->stream.async_read_some(buffer, std::move(handler));
    } else {
        socket_.async_read_some(buffer, std::move(handler));
    }
}

void Transport::read_raw(asio::mutable_buffer buffer, Handler<std::size_t> handler) {
    socket_.async_read_some(buffer, std::move(handler));
}

void Transport::write_some(const WriteBuffers& buffers, Handler<std::size_t> handler) {
    if (tls_) {
        tls_->stream.async_write_some(buffers, std::move(handler));
    } else {
        socket_.async_write_some(buffers, std::move(handler));
    }
}

bool Transport::end_output() {
    error_code error;
    static_cast<void>(socket_.shutdown(Socket::shutdown_send, error));
    return !error;
}

void Transport::cancel() {
    error_code error;
    static_cast<void>(socket_.cancel(error));
}

void Transport::close() {
    error_code error;
    static_cast<void>(socket_.close(error));
}

void Transport::give_up_after(std::chrono::milliseconds time) {
    using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
    error_code error;
    static_cast<void>(socket_.set_option(UserTimeout(static_cast<int>(time.count())), error));
}

bool Transport::peer_is_gone() {
    // Of what has not been read yet nothing is seen this way, nor taken.
    pollfd state{.fd = socket_.native_handle(), .events = POLLRDHUP, .revents = 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

std::vector<std::string> Transport::certificate_names() {
    if (!tls_) return {};
    return crypto::client_names(tls_->stream.native_handle());
}

std::string tls_reason(const error_code& error) {
    if (error.category() != asio::error::get_ssl_category()) return {};
    return error.message();
}

}  // namespace limpid::service
