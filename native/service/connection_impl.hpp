#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/span_body.hpp>

#include "service/connection.hpp"
#include "service/rpc/rpc_connection.hpp"

namespace limpid::service {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

inline constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
inline constexpr std::size_t kReadBytes = 16'384;
using ResponseHead = http::response<http::span_body<const char>>;

[[nodiscard]] inline std::string_view text_of(const beast::flat_buffer& buffer) {
    return {static_cast<const char*>(buffer.data().data()), buffer.data().size()};
}

/// In three files: connection.cpp has its life, connection_reading.cpp and connection_sending.cpp
/// the two directions of a request.
class Connection::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(std::unique_ptr<Transport> transport, Service& service, Surface surface,
         const security::IpAddress& peer)
        : transport_(std::move(transport)),
          deadline_(transport_->get_executor()),
          answered_(transport_->get_executor()),
          service_(service),
          surface_(surface),
          peer_(peer) {}

    void start(std::function<void()> ended, bool turned_away);
    void stop_when_idle();

private:
    using Seconds = std::chrono::seconds;

    // GCC 12 destroys objects twice that coroutines hand to each other by value: what one request
    // is made of lies in members instead.

    asio::awaitable<void> serve();
    /// Sets closed_ when the other side is not let in.
    asio::awaitable<void> shake_hands();
    void note_refused_handshake(error_code error);
    /// At the listener for JSON-RPC.
    asio::awaitable<void> serve_lines(bool turned_away);
    /// Let rpc_ have the connection, to its end.
    asio::awaitable<void> speak_rpc();
    void open_lines();
    /// From here on it is a WebSocket.
    void open_websocket();
    /// For a connection too many: its answer, and the end.
    asio::awaitable<void> refuse_one();
    void begin_exchange();
    /// Say whose request it is.
    void introduce();
    /// Answer with an error and close the connection.
    void refuse(const Error& error);
    /// Sets keep_ when another request may follow.
    asio::awaitable<void> serve_one();
    /// Sets response_ when it is known already, and closed_ when nobody waits for it any more.
    asio::awaitable<void> begin_service();
    /// Sets response_ to what the service answers, or closed_ when nobody waits for it any more.
    asio::awaitable<void> run();
    /// Until answered_ is cancelled, or it is time to look again; sets closed_ when the client went
    /// away meanwhile.
    asio::awaitable<void> wait_for_answer();
    /// Until answered_ is cancelled.
    asio::awaitable<void> wait_for_change();
    /// Say that nothing more comes, and let the other side finish: closing at once could take an
    /// answer back that it has not read.
    asio::awaitable<void> linger();
    /// End this direction, and take what still comes, as far as the deadline allows.
    asio::awaitable<void> discard();
    /// From now on, what is waited for ends with an error after `time`. Beast's own timeouts close
    /// the connection, and nobody could be told why.
    void arm(std::chrono::milliseconds time);
    void disarm();
    void wait_until_late(std::chrono::milliseconds time, std::uint64_t turn);
    void close();
    /// Sets failure_ when the head is refused, and closed_ when nobody is there to tell.
    asio::awaitable<void> read_head();
    void note_unread_head();
    void take_head(std::string_view text);
    /// Sets failure_ when the body is refused, and closed_ when nobody is there to tell.
    asio::awaitable<void> read_body();
    void note_unread_body(error_code error);
    static bool wants_continue(const Exchange& exchange);
    asio::awaitable<void> send_continue();
    /// Sets keep_ when another request may follow.
    asio::awaitable<void> send();
    /// Send a body as it comes, until it ends or the client goes; the connection is closed
    /// afterwards. So whatever the client does meanwhile means that it is gone.
    asio::awaitable<void> send_stream();
    /// Sets gone_ when the client of a stream closes the connection, sends something, or vanishes.
    void watch_client();
    /// Make chunk_ what is sent of it (RFC 9112 section 7.1).
    void wrap_chunk(bool is_last);
    void write_head(ResponseHead& message, bool keep) const;
    [[nodiscard]] bool keeps_alive(const Exchange& exchange) const;

    std::shared_ptr<Transport> transport_;
    asio::steady_timer deadline_;
    /// Fires when response_ is there.
    asio::steady_timer answered_;
    beast::flat_buffer buffer_;
    Service& service_;
    Surface surface_;
    security::IpAddress peer_;
    std::vector<std::string> certificate_names_;
    /// Were hands shaken, where that is done?
    bool is_ready_ = false;
    /// The request in progress: its answer, and why it is refused.
    std::shared_ptr<Exchange> exchange_;
    std::optional<Response> response_;
    std::optional<Error> failure_;
    /// Is it known whether it may go on?
    bool begun_ = false;
    /// What is being sent of a stream, what its client sent meanwhile, and whether it is gone.
    std::string chunk_;
    std::array<std::byte, 1> stray_{};
    bool gone_ = false;
    bool watching_ = false;
    /// How much of buffer_ is the head.
    std::size_t head_bytes_ = 0;
    bool keep_ = false;
    bool timed_out_ = false;
    /// Counts the deadlines, so that an old one does nothing.
    std::uint64_t turn_ = 0;
    bool first_ = true;
    bool http_1_0_ = false;
    /// Waits for the first byte of a request.
    bool idle_ = false;
    bool closed_ = false;
    /// JSON-RPC, which the connection speaks from some moment on; its place among those that may
    /// be open; and whether it is over.
    std::shared_ptr<rpc::RpcConnection> rpc_;
    std::shared_ptr<rpc::Place> rpc_place_;
    bool rpc_is_over_ = false;
    bool stopping_ = false;
};

}  // namespace limpid::service
