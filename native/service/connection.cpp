#include "service/connection.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "service/http_date.hpp"
#include "service/request_head.hpp"

namespace limpid::service {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr auto kToken = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 16'384;
// What a client may still send after a refusal that came before its body, so that it sees the
// answer and not a reset.
constexpr std::size_t kLingerBytes = std::size_t{8} << 20U;
constexpr std::chrono::seconds kLingerTime{2};
constexpr std::chrono::milliseconds kLateInterval{100};
// How often it is looked whether a client that waits for a worker is still there.
constexpr std::chrono::milliseconds kPeerInterval{200};
// Data of a stream that nobody acknowledges for so long has no reader; with the heartbeats it is
// found out within 30 s that one has vanished.
constexpr std::chrono::milliseconds kVanishedAfter{14'000};

std::string_view text_of(const beast::flat_buffer& buffer) {
    return {static_cast<const char*>(buffer.data().data()), buffer.data().size()};
}

}  // namespace

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

    void start(std::function<void()> ended, bool turned_away) {
        auto self = shared_from_this();
        asio::co_spawn(
            transport_->get_executor(),
            [self, turned_away] { return turned_away ? self->refuse_one() : self->serve(); },
            [self, ended = std::move(ended)](const std::exception_ptr& failure) {
                // Out of memory, or a defect: it costs this connection.
                if (failure) self->service_.log().error(Error(ErrorCode::internal_failure), {});
                self->close();
                ended();
            });
    }

    void stop_when_idle() {
        if (!idle_) return;
        if (!transport_->encrypted() || !is_ready_) return close();
        // As at a deadline: an end that was not told looks like an attack to the other side of TLS.
        timed_out_ = true;
        transport_->cancel();
    }

private:
    using Seconds = std::chrono::seconds;

    // GCC 12 destroys objects twice that coroutines hand to each other by value: what one request
    // is made of lies in members instead.

    asio::awaitable<void> serve() {
        co_await shake_hands();
        bool more = !closed_;
        while (more) {
            begin_exchange();
            co_await serve_one();
            more = keep_;
        }
        co_await linger();
    }

    /// Sets closed_ when the other side is not let in.
    asio::awaitable<void> shake_hands() {
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

    void note_refused_handshake(error_code error) {
        closed_ = true;
        const std::string reason = tls_reason(error);
        if (reason.empty() || !service_.settings().access_log) return;
        service_.log().event("handshake_refused", to_string(peer_) + ": " + reason);
    }

    /// For a connection too many: its answer, and the end.
    asio::awaitable<void> refuse_one() {
        begin_exchange();
        service_.receive(*exchange_);
        refuse(Error(ErrorCode::service_too_many_connections));
        co_await send();
        co_await linger();
    }

    void begin_exchange() {
        exchange_ = std::make_shared<Exchange>();
        introduce();
        response_.reset();
        failure_.reset();
        keep_ = false;
    }

    /// Say whose request it is.
    void introduce() {
        exchange_->head.peer = peer_;
        exchange_->head.encrypted = transport_->encrypted();
        exchange_->head.certificate_names = certificate_names_;
    }

    /// Answer with an error and close the connection.
    void refuse(const Error& error) {
        response_ = service_.refuse(*exchange_, error);
        response_->close = true;
    }

    /// Sets keep_ when another request may follow.
    asio::awaitable<void> serve_one() {
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

    /// Sets response_ when it is known already, and closed_ when nobody waits for it any more.
    asio::awaitable<void> begin_service() {
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

    /// Sets failure_ when the head is refused, and closed_ when nobody is there to tell.
    asio::awaitable<void> read_head() {
        idle_ = buffer_.size() == 0;
        const Settings& settings = service_.settings();
        // The first request has no reason to be late.
        arm(Seconds(idle_ && !first_ ? settings.idle_timeout_s : settings.header_timeout_s));
        std::size_t end = find_head_end(text_of(buffer_));
        while (end == std::string_view::npos) {
            if (buffer_.size() > kMaxHeadBytes) {
                failure_ = Error(ErrorCode::http_head_too_large);
                co_return;
            }
            const auto [error, size] =
                co_await transport_->async_read_some(buffer_.prepare(kReadBytes), kToken);
            if (error) {
                note_unread_head();
                co_return;
            }
            buffer_.commit(size);
            if (idle_ && !first_) arm(Seconds(settings.header_timeout_s));
            idle_ = false;
            end = find_head_end(text_of(buffer_));
        }
        idle_ = false;
        first_ = false;
        head_bytes_ = end;
        take_head(text_of(buffer_).substr(0, end));
    }

    void note_unread_head() {
        if (timed_out_ && buffer_.size() != 0) {
            failure_ = Error(ErrorCode::http_timeout);
        } else {
            closed_ = true;
        }
    }

    void take_head(std::string_view text) {
        auto head = parse_request_head(text);
        if (!head) {
            failure_ = std::move(head).error();
            return;
        }
        exchange_->head = *std::move(head);
        introduce();
        http_1_0_ = text.contains(" HTTP/1.0\r\n");
    }

    /// Sets failure_ when the body is refused, and closed_ when nobody is there to tell.
    asio::awaitable<void> read_body() {
        http::request_parser<http::string_body> parser;
        parser.header_limit(kMaxHeadBytes + 1);
        parser.body_limit(service_.body_limit(*exchange_));
        arm(Seconds(service_.settings().body_timeout_s));
        // The head is in the buffer as a whole: this reads nothing.
        auto [error, size] = co_await http::async_read_header(*transport_, buffer_, parser, kToken);
        if (!error && wants_continue(*exchange_) && !parser.is_done()) co_await send_continue();
        parser.eager(true);
        while (!error && !parser.is_done()) {
            const auto [body_error, body_size] =
                co_await http::async_read_some(*transport_, buffer_, parser, kToken);
            error = body_error;
            if (!exchange_->body_share.grow_to(parser.get().body().size())) {
                exchange_->drop_body();
                failure_ = Error(ErrorCode::service_overloaded);
                co_return;
            }
        }
        exchange_->body = std::move(parser.get().body());
        if (error) note_unread_body(error);
    }

    void note_unread_body(error_code error) {
        if (error == http::error::body_limit) {
            failure_ =
                Error(ErrorCode::upload_too_large,
                      "max_body_bytes is " + std::to_string(service_.body_limit(*exchange_)));
        } else if (timed_out_) {
            failure_ = Error(ErrorCode::http_timeout);
        } else if (error.category() == http::make_error_code(http::error::bad_chunk).category() &&
                   error != http::error::partial_message && error != http::error::end_of_stream) {
            failure_ = Error(ErrorCode::http_malformed, "the body");
        } else {
            closed_ = true;
        }
    }

    static bool wants_continue(const Exchange& exchange) {
        const auto expect = exchange.head.field("Expect");
        return expect && equal_ignoring_case(*expect, "100-continue");
    }

    asio::awaitable<void> send_continue() {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        co_await asio::async_write(*transport_, asio::buffer(kContinue), kToken);
    }

    /// Sets response_ to what the service answers, or closed_ when nobody waits for it any more.
    asio::awaitable<void> run() {
        // Workers have their own deadline.
        disarm();
        service_.run(exchange_, [self = shared_from_this()](Response response) {
            self->response_ = std::move(response);
            self->answered_.cancel();
        });
        while (!response_ && !closed_) co_await wait_for_answer();
    }

    /// Until answered_ is cancelled, or it is time to look again; sets closed_ when the client went
    /// away meanwhile.
    asio::awaitable<void> wait_for_answer() {
        answered_.expires_after(kPeerInterval);
        const auto [cancelled] = co_await answered_.async_wait(kToken);
        if (!cancelled && transport_->peer_is_gone()) closed_ = true;
    }

    /// Sets keep_ when another request may follow.
    asio::awaitable<void> send() {
        response_ = service_.finish(*exchange_, *std::move(response_));
        exchange_->drop_body();
        if (response_->stream && exchange_->head.method != "HEAD") {
            co_await send_stream();
            co_return;
        }
        const bool keep = !response_->close && keeps_alive(*exchange_);
        http::response<http::span_body<const char>> message;
        write_head(message, keep);
        const auto body = response_->body();
        if (exchange_->head.method != "HEAD") {
            message.body() = {reinterpret_cast<const char*>(body.data()), body.size()};
        }
        arm(Seconds(service_.settings().write_timeout_s));
        const auto [error, size] = co_await http::async_write(*transport_, message, kToken);
        keep_ = keep && !error;
    }

    /// Send a body as it comes, until it ends or the client goes; the connection is closed
    /// afterwards. So whatever the client does meanwhile means that it is gone.
    asio::awaitable<void> send_stream() {
        BodyStream& stream = *response_->stream;
        stream.on_change([weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->answered_.cancel();
        });
        watch_client();
        http::response<http::span_body<const char>> message;
        write_head(message, false);
        message.chunked(!http_1_0_);
        http::response_serializer<http::span_body<const char>> head(message);
        arm(Seconds(service_.settings().write_timeout_s));
        const auto [failed, size] = co_await http::async_write_header(*transport_, head, kToken);
        if (failed) gone_ = true;
        for (bool more = true; more && !gone_;) {
            // In this order: what came before the end is taken.
            const bool ended = stream.has_ended();
            chunk_ = stream.take();
            if (chunk_.empty() && !ended) {
                disarm();
                co_await wait_for_change();
                continue;
            }
            more = !ended;
            wrap_chunk(ended);
            arm(Seconds(service_.settings().write_timeout_s));
            const auto [broken, sent] =
                co_await asio::async_write(*transport_, asio::buffer(chunk_), kToken);
            if (broken) gone_ = true;
        }
        stream.on_change(nullptr);
        disarm();
        if (!gone_) {
            // Only one may read.
            transport_->cancel();
            while (watching_) co_await wait_for_change();
            co_await linger();
        }
        closed_ = true;
    }

    /// Sets gone_ when the client of a stream closes the connection, sends something, or vanishes.
    void watch_client() {
        transport_->give_up_after(kVanishedAfter);
        watching_ = true;
        transport_->async_read_some(asio::buffer(stray_),
                                    [self = shared_from_this()](error_code, std::size_t) {
                                        self->watching_ = false;
                                        self->gone_ = true;
                                        self->answered_.cancel();
                                    });
    }

    /// Until answered_ is cancelled.
    asio::awaitable<void> wait_for_change() {
        answered_.expires_at(asio::steady_timer::time_point::max());
        co_await answered_.async_wait(kToken);
    }

    /// Make chunk_ what is sent of it (RFC 9112 section 7.1).
    void wrap_chunk(bool is_last) {
        if (http_1_0_) return;
        std::array<char, 20> size{};
        std::snprintf(size.data(), size.size(), "%zx\r\n", chunk_.size());
        chunk_ = chunk_.empty() ? std::string() : size.data() + chunk_ + "\r\n";
        if (is_last) chunk_ += "0\r\n\r\n";
    }

    void write_head(http::response<http::span_body<const char>>& message, bool keep) const {
        const int status = response_->status;
        message.version(11);
        message.result(static_cast<unsigned>(status));
        message.reason(status_phrase(status));
        for (const HeaderField& field : response_->fields) message.insert(field.name, field.value);
        message.set(http::field::date, http_date(std::chrono::system_clock::now()));
        if (status != 204 && status != 304 && !response_->stream) {
            message.content_length(response_->body().size());
        }
        message.keep_alive(keep);
        if (!keep) message.set(http::field::connection, "close");
    }

    [[nodiscard]] bool keeps_alive(const Exchange& exchange) const {
        const auto connection = exchange.head.field("Connection");
        if (http_1_0_) return connection && equal_ignoring_case(*connection, "keep-alive");
        return !connection || !equal_ignoring_case(*connection, "close");
    }

    /// Say that nothing more comes, and let the other side finish: closing at once could take an
    /// answer back that it has not read.
    asio::awaitable<void> linger() {
        // Who came too late is told the end of TLS, and no more.
        if (closed_ && !(timed_out_ && is_ready_ && transport_->encrypted())) co_return;
        response_.reset();
        arm(kLingerTime);
        if (transport_->encrypted()) co_await transport_->async_close_notify(kToken);
        co_await discard();
    }

    /// End this direction, and take what still comes, as far as the deadline allows.
    asio::awaitable<void> discard() {
        if (!transport_->end_output()) co_return;
        std::array<std::byte, kReadBytes> discarded{};
        for (std::size_t total = 0; total < kLingerBytes;) {
            const auto [failed, size] =
                co_await transport_->async_read_raw(asio::buffer(discarded), kToken);
            if (failed) co_return;
            total += size;
        }
    }

    /// From now on, what is waited for ends with an error after `time`. Beast's own timeouts close
    /// the connection, and nobody could be told why.
    void arm(std::chrono::milliseconds time) {
        timed_out_ = false;
        wait_until_late(time, ++turn_);
    }

    void disarm() {
        timed_out_ = false;
        ++turn_;
        deadline_.cancel();
    }

    void wait_until_late(std::chrono::milliseconds time, std::uint64_t turn) {
        deadline_.expires_after(time);
        deadline_.async_wait([self = shared_from_this(), turn](error_code error) {
            if (error || turn != self->turn_) return;
            self->timed_out_ = true;
            self->transport_->cancel();
            // Between two reads there is nothing to cancel: once more for the next.
            self->wait_until_late(kLateInterval, turn);
        });
    }

    void close() {
        disarm();
        transport_->close();
        closed_ = true;
    }

    std::unique_ptr<Transport> transport_;
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
};

Connection::Connection(std::unique_ptr<Transport> transport, Service& service, Surface surface,
                       const security::IpAddress& peer)
    : impl_(std::make_shared<Impl>(std::move(transport), service, surface, peer)) {}

Connection::~Connection() = default;

void Connection::start(std::function<void()> ended) { impl_->start(std::move(ended), false); }

void Connection::turn_away(std::function<void()> ended) { impl_->start(std::move(ended), true); }

void Connection::stop_when_idle() { impl_->stop_when_idle(); }

}  // namespace limpid::service
