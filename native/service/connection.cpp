#include "service/connection.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

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

/// Where the head ends; npos: not yet. Also at line ends that are not allowed, which the parser
/// then refuses at once.
std::size_t find_head_end(std::string_view text) {
    std::size_t best = std::string_view::npos;
    for (const std::string_view end : {"\r\n\r\n", "\n\n", "\n\r\n"}) {
        const std::size_t at = text.find(end);
        if (at != std::string_view::npos) best = std::min(best, at + end.size());
    }
    return best;
}

std::string_view text_of(const beast::flat_buffer& buffer) {
    return {static_cast<const char*>(buffer.data().data()), buffer.data().size()};
}

/// IMF-fixdate (RFC 9110 section 5.6.7).
std::string http_date() {
    constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(now - day);
    std::array<char, 64> text{};
    std::snprintf(
        text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
        kDays.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
        kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()));
    return text.data();
}

}  // namespace

class Connection::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(asio::ip::tcp::socket socket, Service& service, Surface surface,
         const security::IpAddress& peer)
        : stream_(std::move(socket)), service_(service), surface_(surface), peer_(peer) {}

    void start(std::function<void()> ended, bool turned_away) {
        auto self = shared_from_this();
        asio::co_spawn(
            stream_.get_executor(),
            [self, turned_away] { return turned_away ? self->refuse_one() : self->serve(); },
            [self, ended = std::move(ended)](const std::exception_ptr& failure) {
                // Out of memory, or a defect: it costs this connection.
                if (failure) self->service_.log().error(Error(ErrorCode::internal_failure), {});
                self->close();
                ended();
            });
    }

    void stop_when_idle() {
        if (idle_) close();
    }

private:
    using Seconds = std::chrono::seconds;

    asio::awaitable<void> serve() {
        while (co_await serve_one()) {
        }
        co_await linger();
    }

    /// For a connection too many: its request is read so that its answer arrives.
    asio::awaitable<void> refuse_one() {
        auto exchange = std::make_shared<Exchange>();
        exchange->head.peer = peer_;
        static_cast<void>(service_.begin(*exchange, surface_));
        exchange->fields.clear();
        Response response =
            service_.refuse(*exchange, Error(ErrorCode::service_too_many_connections));
        response.close = true;
        co_await send(*exchange, std::move(response));
        co_await linger();
    }

    /// @return may another request follow?
    asio::awaitable<bool> serve_one() {
        auto exchange = std::make_shared<Exchange>();
        exchange->head.peer = peer_;
        const std::optional<Error> failure = co_await read_head(*exchange);
        if (closed_) co_return false;
        exchange->start = std::chrono::steady_clock::now();
        auto early = service_.begin(*exchange, surface_);
        if (failure) {
            exchange->fields.clear();
            early = service_.refuse(*exchange, *failure);
            early->close = true;
        }
        if (early) {
            early->close = early->close || exchange->head.has_body();
            co_return co_await send(*exchange, *std::move(early));
        }
        if (const auto refused = co_await read_body(*exchange)) {
            Response response = service_.refuse(*exchange, *refused);
            response.close = true;
            co_return co_await send(*exchange, std::move(response));
        }
        if (closed_) co_return false;
        Response response = co_await run(exchange);
        co_return co_await send(*exchange, std::move(response));
    }

    /// @return why the head is refused. closed_ is set when nobody is there to tell.
    asio::awaitable<std::optional<Error>> read_head(Exchange& exchange) {
        idle_ = buffer_.size() == 0;
        stream_.expires_after(Seconds(idle_ ? service_.settings().idle_timeout_s
                                            : service_.settings().header_timeout_s));
        // The first request has no reason to be late.
        if (first_) stream_.expires_after(Seconds(service_.settings().header_timeout_s));
        std::size_t end = 0;
        while ((end = find_head_end(text_of(buffer_))) == std::string_view::npos) {
            if (buffer_.size() > kMaxHeadBytes) co_return Error(ErrorCode::http_head_too_large);
            const auto [error, size] =
                co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kToken);
            if (error == beast::error::timeout && buffer_.size() != 0) {
                co_return Error(ErrorCode::http_timeout);
            }
            if (error) {
                closed_ = true;
                co_return std::nullopt;
            }
            buffer_.commit(size);
            if (!std::exchange(idle_, false) || first_) continue;
            stream_.expires_after(Seconds(service_.settings().header_timeout_s));
        }
        idle_ = false;
        first_ = false;
        auto head = parse_request_head(text_of(buffer_).substr(0, end));
        if (!head) co_return std::move(head).error();
        exchange.head = *std::move(head);
        exchange.head.peer = peer_;
        http_1_0_ = text_of(buffer_).substr(0, end).contains(" HTTP/1.0\r\n");
        co_return std::nullopt;
    }

    /// @return why the body is refused.
    asio::awaitable<std::optional<Error>> read_body(Exchange& exchange) {
        const std::uint64_t limit = service_.body_limit(exchange);
        http::request_parser<http::string_body> parser;
        parser.header_limit(kMaxHeadBytes + 1);
        parser.body_limit(limit);
        stream_.expires_after(Seconds(service_.settings().body_timeout_s));
        // The head is in the buffer as a whole: this reads nothing.
        auto [error, size] = co_await http::async_read_header(stream_, buffer_, parser, kToken);
        if (!error && wants_continue(exchange) && !parser.is_done()) co_await send_continue();
        if (!error && !parser.is_done()) {
            std::tie(error, size) = co_await http::async_read(stream_, buffer_, parser, kToken);
        }
        exchange.body = std::move(parser.get().body());
        if (!error) co_return std::nullopt;
        if (error == http::error::body_limit) {
            co_return Error(ErrorCode::upload_too_large,
                            "max_body_bytes is " + std::to_string(limit));
        }
        if (error == beast::error::timeout) co_return Error(ErrorCode::http_timeout);
        if (error.category() == http::make_error_code(http::error::end_of_stream).category() &&
            error != http::error::partial_message && error != http::error::end_of_stream) {
            co_return Error(ErrorCode::http_malformed, "the body");
        }
        closed_ = true;
        co_return std::nullopt;
    }

    static bool wants_continue(const Exchange& exchange) {
        const auto expect = exchange.head.field("Expect");
        return expect && equal_ignoring_case(*expect, "100-continue");
    }

    asio::awaitable<void> send_continue() {
        constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        co_await asio::async_write(stream_, asio::buffer(kContinue), kToken);
    }

    asio::awaitable<Response> run(const std::shared_ptr<Exchange>& exchange) {
        auto executor = stream_.get_executor();
        // Workers have their own deadline.
        stream_.expires_never();
        co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(
            [this, exchange, executor](auto handler) {
                service_.run(exchange,
                             [executor, handler = std::move(handler)](Response response) mutable {
                                 // Never from within the call: the coroutine is not waiting yet.
                                 asio::post(executor, [handler = std::move(handler),
                                                       response = std::move(response)]() mutable {
                                     std::move(handler)(std::move(response));
                                 });
                             });
            },
            asio::use_awaitable);
    }

    /// @return may another request follow?
    asio::awaitable<bool> send(Exchange& exchange, Response response) {
        response = service_.finish(exchange, std::move(response));
        const bool keep = !response.close && keeps_alive(exchange);
        const bool only_head = exchange.head.method == "HEAD";
        const auto body = response.body();
        http::response<http::span_body<const char>> message;
        message.version(11);
        message.result(static_cast<unsigned>(response.status));
        message.reason(status_phrase(response.status));
        for (const HeaderField& field : response.fields) message.insert(field.name, field.value);
        message.set(http::field::date, http_date());
        if (response.status != 204 && response.status != 304) message.content_length(body.size());
        message.keep_alive(keep);
        if (!keep) message.set(http::field::connection, "close");
        if (!only_head) {
            message.body() = {reinterpret_cast<const char*>(body.data()), body.size()};
        }
        stream_.expires_after(Seconds(service_.settings().write_timeout_s));
        const auto [error, size] = co_await http::async_write(stream_, message, kToken);
        co_return keep && !error;
    }

    [[nodiscard]] bool keeps_alive(const Exchange& exchange) const {
        const auto connection = exchange.head.field("Connection");
        if (http_1_0_) return connection && equal_ignoring_case(*connection, "keep-alive");
        return !connection || !equal_ignoring_case(*connection, "close");
    }

    /// Say that nothing more comes, and let the other side finish: closing at once could take an
    /// answer back that it has not read.
    asio::awaitable<void> linger() {
        if (closed_) co_return;
        error_code error;
        stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, error);
        if (error) co_return;
        stream_.expires_after(kLingerTime);
        std::array<std::byte, kReadBytes> discarded{};
        for (std::size_t total = 0; total < kLingerBytes;) {
            const auto [failed, size] =
                co_await stream_.async_read_some(asio::buffer(discarded), kToken);
            if (failed) co_return;
            total += size;
        }
    }

    void close() {
        error_code error;
        stream_.socket().close(error);
        closed_ = true;
    }

    beast::tcp_stream stream_;
    beast::flat_buffer buffer_;
    Service& service_;
    Surface surface_;
    security::IpAddress peer_;
    bool first_ = true;
    bool http_1_0_ = false;
    /// Waits for the first byte of a request.
    bool idle_ = false;
    bool closed_ = false;
};

Connection::Connection(asio::ip::tcp::socket socket, Service& service, Surface surface,
                       const security::IpAddress& peer)
    : impl_(std::make_shared<Impl>(std::move(socket), service, surface, peer)) {}

Connection::~Connection() = default;

void Connection::start(std::function<void()> ended) { impl_->start(std::move(ended), false); }

void Connection::turn_away(std::function<void()> ended) { impl_->start(std::move(ended), true); }

void Connection::stop_when_idle() { impl_->stop_when_idle(); }

}  // namespace limpid::service
