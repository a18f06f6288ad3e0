#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/error_code.hpp>

#include "crypto/tls_server.hpp"

namespace limpid::service {

/// A connected socket of whatever kind: TCP or Unix.
using Socket = boost::asio::generic::stream_protocol::socket;

/// The bytes to and from a client, over a socket as they are or in TLS: one type, so that whoever
/// reads and writes is compiled once. An AsyncStream as Asio and Beast know them.
///
/// As with a socket, one operation of each direction may be in progress, and they end with
/// operation_aborted when the object is cancelled or closed; it must live until their handlers were
/// called. Not thread-safe.
class Transport {
public:
    using executor_type = Socket::executor_type;

    /// @param tls  null: no TLS. Need not outlive the call.
    /// @return null without memory.
    [[nodiscard]] static std::unique_ptr<Transport> make(Socket socket,
                                                         const crypto::TlsServer* tls);
    ~Transport();
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }

    /// Is it TLS?
    [[nodiscard]] bool encrypted() const noexcept { return tls_ != nullptr; }

    /// Shake hands, before everything else; only with TLS. Completes with void(error_code). When
    /// the other side is refused it has been told why in an alert.
    template <class Token>
    auto async_handshake(Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
            [this](auto handler) { shake_hands(std::move(handler)); }, token);
    }

    /// Say that nothing more comes, and wait until the other side said so too or broke off; only
    /// with TLS. Completes with void(error_code).
    template <class Token>
    auto async_close_notify(Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code)>(
            [this](auto handler) { close_notify(std::move(handler)); }, token);
    }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto handler, boost::asio::mutable_buffer buffer) {
                read_some(buffer, std::move(handler));
            },
            token, first_of(buffers));
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto handler, const WriteBuffers& some) {
                write_some(some, std::move(handler));
            },
            token, first_few_of(buffers));
    }

    /// Read from beneath TLS: for what is thrown away anyhow.
    template <class Token>
    auto async_read_raw(boost::asio::mutable_buffer into, Token&& token) {
        return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
            [this](auto handler, boost::asio::mutable_buffer buffer) {
                read_raw(buffer, std::move(handler));
            },
            token, into);
    }

    /// End the connection in this direction. @return false when there is none any more.
    [[nodiscard]] bool end_output();
    /// End what is in progress.
    void cancel();
    void close();

    /// Fail when what was sent is not acknowledged for so long; TCP only.
    void give_up_after(std::chrono::milliseconds time);

    /// Has the other side closed the connection, at least for what it sends? A client that ends
    /// only its own direction cannot be told from one that went away.
    [[nodiscard]] bool peer_is_gone();

    /// The names in the client's certificate; see crypto::client_names().
    [[nodiscard]] std::vector<std::string> certificate_names();

private:
    struct Tls;
    template <class... Results>
    using Handler =
        boost::asio::any_completion_handler<void(boost::system::error_code, Results...)>;
    // Asio hands no more of them to one system call.
    static constexpr std::size_t kMaxWriteBuffers = 64;
    // So that the thread which serves everybody is not long in one.
    static constexpr std::size_t kMaxWriteBytes = std::size_t{256} << 10U;
    using WriteBuffers = std::array<boost::asio::const_buffer, kMaxWriteBuffers>;

    explicit Transport(Socket socket);

    template <class Buffers>
    static boost::asio::mutable_buffer first_of(const Buffers& buffers) {
        const auto end = boost::asio::buffer_sequence_end(buffers);
        for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at) {
            const boost::asio::mutable_buffer buffer(*at);
            if (buffer.size() != 0) return buffer;
        }
        return {};
    }

    template <class Buffers>
    static WriteBuffers first_few_of(const Buffers& buffers) {
        WriteBuffers few;
        std::size_t count = 0;
        std::size_t room = kMaxWriteBytes;
        const auto end = boost::asio::buffer_sequence_end(buffers);
        for (auto at = boost::asio::buffer_sequence_begin(buffers);
             at != end && count < few.size() && room != 0; ++at) {
            const boost::asio::const_buffer buffer = boost::asio::buffer(*at, room);
            if (buffer.size() != 0) few.at(count++) = buffer;
            room -= buffer.size();
        }
        return few;
    }

    void shake_hands(Handler<> handler);
    void close_notify(Handler<> handler);
    void read_some(boost::asio::mutable_buffer buffer, Handler<std::size_t> handler);
    void read_raw(boost::asio::mutable_buffer buffer, Handler<std::size_t> handler);
    void write_some(const WriteBuffers& buffers, Handler<std::size_t> handler);

    Socket socket_;
    std::unique_ptr<Tls> tls_;
};

/// Why TLS itself ended a connection, in words for an operator; empty for every other error.
[[nodiscard]] std::string tls_reason(const boost::system::error_code& error);

}  // namespace limpid::service
