#include "service/connection.hpp"

#include <exception>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/write.hpp>

#include "service/connection_impl.hpp"
#include "service/rpc/rpc_answer.hpp"

namespace limpid::service {
namespace {

// What a client may still send after a refusal that came before its body, so that it sees the
// answer and not a reset.
constexpr std::size_t kLingerBytes = std::size_t{8} << 20U;
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::chrono::milliseconds kLateInterval{100};
// How often it is looked whether a client that waits for a worker is still there.
constexpr std::chrono::milliseconds kPeerInterval{200};

}  // namespace

void Connection::Impl::start(std::function<void()> ended, bool turned_away) {
    auto self = shared_from_this();
    asio::co_spawn(
        transport_->get_executor(),
        [self, turned_away] {
            if (self->surface_ == Surface::rpc) return self->serve_lines(turned_away);
            return turned_away ? self->refuse_one() : self->serve();
        },
        [self, ended = std::move(ended)](const std::exception_ptr& failure) {
            // Out of memory, or a defect: it costs this connection.
            if (failure) self->service_.log().error(Error(ErrorCode::internal_failure), {});
            self->close();
            ended();
        });
}

void Connection::Impl::stop_when_idle() {
    stopping_ = true;
    if (rpc_) return rpc_->stop();
    if (!idle_) return;
    if (!transport_->encrypted() || !is_ready_) return close();
    // As at a deadline: an end that was not told looks like an attack to the other side of TLS.
    timed_out_ = true;
    transport_->cancel();
}

asio::awaitable<void> Connection::Impl::serve() {
    co_await shake_hands();
    bool more = !closed_;
    while (more) {
        begin_exchange();
        co_await serve_one();
        more = keep_;
    }
    co_await linger();
}

asio::awaitable<void> Connection::Impl::shake_hands() {
    idle_ = true;
    arm(Seconds(service_.settings().header_timeout_s));
    if (transport_->encrypted()) {
        const auto [error] = co_await transport_->async_handshake(kToken);
        if (error) {
            note_refused_handshake(error);
            arm(kLingerTime);
            co_await discard();
            co_return;
        }
        certificate_names_ = transport_->certificate_names();
    }
    is_ready_ = true;
}

void Connection::Impl::note_refused_handshake(error_code error) {
    closed_ = true;
    const std::string reason = tls_reason(error);
    if (reason.empty() || !service_.settings().access_log) return;
    service_.log().event("handshake_refused", to_string(peer_) + ": " + reason);
}

asio::awaitable<void> Connection::Impl::refuse_one() {
    begin_exchange();
    service_.receive(*exchange_);
    refuse(Error(ErrorCode::service_too_many_connections));
    co_await send();
    co_await linger();
}

void Connection::Impl::begin_exchange() {
    exchange_ = std::make_shared<Exchange>();
    introduce();
    response_.reset();
    failure_.reset();
    keep_ = false;
}

void Connection::Impl::introduce() {
    exchange_->head.peer = peer_;
    exchange_->head.encrypted = transport_->encrypted();
    exchange_->head.certificate_names = certificate_names_;
}

void Connection::Impl::refuse(const Error& error) {
    response_ = service_.refuse(*exchange_, error);
    response_->close = true;
}

asio::awaitable<void> Connection::Impl::serve_lines(bool turned_away) {
    if (turned_away) {
        failure_ = Error(ErrorCode::service_too_many_connections);
    } else {
        failure_ = service_.admit_rpc(peer_, rpc_place_);
    }
    // A handshake is dear: with TLS nobody is told.
    if (failure_ && transport_->encrypted()) co_return;
    co_await shake_hands();
    idle_ = false;
    if (closed_) co_return;
    if (failure_) {
        chunk_ = rpc::error_answer({}, *failure_) + "\n";
        co_await asio::async_write(*transport_, asio::buffer(chunk_), kToken);
        co_await linger();
        co_return;
    }
    open_lines();
    co_await speak_rpc();
}

void Connection::Impl::open_lines() {
    RequestHead caller;
    caller.peer = peer_;
    caller.encrypted = transport_->encrypted();
    caller.certificate_names = certificate_names_;
    rpc_ = rpc::make_line_connection({.transport = transport_,
                                      .service = service_,
                                      .caller = std::move(caller),
                                      .place = std::move(rpc_place_)});
}

asio::awaitable<void> Connection::Impl::speak_rpc() {
    disarm();
    rpc_->start([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->rpc_is_over_ = true;
        self->answered_.cancel();
    });
    if (stopping_) rpc_->stop();
    while (!rpc_is_over_) co_await wait_for_change();
    rpc_.reset();
    closed_ = true;
}

asio::awaitable<void> Connection::Impl::serve_one() {
    co_await read_head();
    if (closed_) co_return;
    co_await begin_service();
    if (!response_ && !closed_) {
        co_await read_body();
        if (failure_) refuse(*failure_);
    }
    if (!response_ && !closed_) co_await run();
    if (closed_) {
        service_.abandon(*exchange_);
    } else {
        co_await send();
    }
}

asio::awaitable<void> Connection::Impl::begin_service() {
    exchange_->start = std::chrono::steady_clock::now();
    service_.receive(*exchange_);
    if (failure_) {
        refuse(*failure_);
    } else {
        disarm();
        begun_ = false;
        service_.begin(exchange_, surface_,
                       [self = shared_from_this()](std::optional<Response> response) {
                           self->response_ = std::move(response);
                           self->begun_ = true;
                           self->answered_.cancel();
                       });
        while (!begun_ && !closed_) co_await wait_for_answer();
    }
    if (!response_) co_return;
    if (exchange_->head.has_body()) response_->close = true;
    // Otherwise whoever reads the body takes the head away with it.
    buffer_.consume(head_bytes_);
}

asio::awaitable<void> Connection::Impl::run() {
    // Workers have their own deadline.
    disarm();
    service_.run(exchange_, [self = shared_from_this()](Response response) {
        self->response_ = std::move(response);
        self->answered_.cancel();
    });
    while (!response_ && !closed_) co_await wait_for_answer();
}

asio::awaitable<void> Connection::Impl::wait_for_answer() {
    answered_.expires_after(kPeerInterval);
    const auto [cancelled] = co_await answered_.async_wait(kToken);
    if (!cancelled && transport_->peer_is_gone()) closed_ = true;
}

asio::awaitable<void> Connection::Impl::wait_for_change() {
    answered_.expires_at(asio::steady_timer::time_point::max());
    co_await answered_.async_wait(kToken);
}

asio::awaitable<void> Connection::Impl::linger() {
    // Who came too late is told the end of TLS, and no more.
    if (closed_ && !(timed_out_ && is_ready_ && transport_->encrypted())) co_return;
    response_.reset();
    arm(kLingerTime);
    if (transport_->encrypted()) co_await transport_->async_close_notify(kToken);
    co_await discard();
}

asio::awaitable<void> Connection::Impl::discard() {
    if (!transport_->end_output()) co_return;
    std::array<std::byte, kReadBytes> discarded{};
    for (std::size_t total = 0; total < kLingerBytes;) {
        const auto [failed, size] =
            co_await transport_->async_read_raw(asio::buffer(discarded), kToken);
        if (failed) co_return;
        total += size;
    }
}

void Connection::Impl::arm(std::chrono::milliseconds time) {
    timed_out_ = false;
    wait_until_late(time, ++turn_);
}

void Connection::Impl::disarm() {
    timed_out_ = false;
    ++turn_;
    deadline_.cancel();
}

void Connection::Impl::wait_until_late(std::chrono::milliseconds time, std::uint64_t turn) {
    deadline_.expires_after(time);
    deadline_.async_wait([self = shared_from_this(), turn](error_code error) {
        if (error || turn != self->turn_) return;
        self->timed_out_ = true;
        self->transport_->cancel();
        // Between two reads there is nothing to cancel: once more for the next.
        self->wait_until_late(kLateInterval, turn);
    });
}

void Connection::Impl::close() {
    disarm();
    transport_->close();
    closed_ = true;
}

Connection::Connection(std::unique_ptr<Transport> transport, Service& service, Surface surface,
                       const security::IpAddress& peer)
    : impl_(std::make_shared<Impl>(std::move(transport), service, surface, peer)) {}

Connection::~Connection() = default;

void Connection::start(std::function<void()> ended) { impl_->start(std::move(ended), false); }

void Connection::turn_away(std::function<void()> ended) { impl_->start(std::move(ended), true); }

void Connection::stop_when_idle() { impl_->stop_when_idle(); }

}  // namespace limpid::service
