// Of Connection: the response to a request, and what becomes of the connection with it.
#include <cstdio>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>

#include "service/connection_impl.hpp"
#include "service/http_date.hpp"

namespace limpid::service {
namespace {

// Data of a stream that nobody acknowledges for so long has no reader; with the heartbeats it is
// found out within 30 s that one has vanished.
constexpr std::chrono::milliseconds kVanishedAfter{14'000};

}  // namespace

asio::awaitable<void> Connection::Impl::send() {
    if (response_->upgrade && buffer_.size() != 0) {
        // Who does not wait for the answer does not know yet what is spoken.
        refuse(Error(ErrorCode::http_malformed, "bytes before the answer to an upgrade"));
    }
    response_ = service_.finish(*exchange_, *std::move(response_));
    exchange_->drop_body();
    if (response_->upgrade) {
        open_websocket();
        co_await speak_rpc();
        co_return;
    }
    if (response_->stream && exchange_->head.method != "HEAD") {
        co_await send_stream();
        co_return;
    }
    const bool keep = !response_->close && keeps_alive(*exchange_);
    ResponseHead message;
    write_head(message, keep);
    const auto body = response_->body();
    if (exchange_->head.method != "HEAD") {
        message.body() = {reinterpret_cast<const char*>(body.data()), body.size()};
    }
    arm(Seconds(service_.settings().write_timeout_s));
    const auto [error, size] = co_await http::async_write(*transport_, message, kToken);
    keep_ = keep && !error;
    service_.let_go(*response_);
}

void Connection::Impl::open_websocket() {
    rpc_ = rpc::make_websocket({.transport = transport_,
                                .service = service_,
                                .caller = rpc::caller_of(exchange_->head),
                                .place = std::move(response_->upgrade)},
                               exchange_->head, std::move(response_->fields));
    response_.reset();
    exchange_.reset();
    buffer_.shrink_to_fit();
}

asio::awaitable<void> Connection::Impl::send_stream() {
    BodyStream& stream = *response_->stream;
    stream.on_change([weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->answered_.cancel();
    });
    watch_client();
    ResponseHead message;
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

void Connection::Impl::watch_client() {
    transport_->give_up_after(kVanishedAfter);
    watching_ = true;
    transport_->async_read_some(asio::buffer(stray_),
                                [self = shared_from_this()](error_code, std::size_t) {
                                    self->watching_ = false;
                                    self->gone_ = true;
                                    self->answered_.cancel();
                                });
}

void Connection::Impl::wrap_chunk(bool is_last) {
    if (http_1_0_) return;
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", chunk_.size());
    chunk_ = chunk_.empty() ? std::string() : size.data() + chunk_ + "\r\n";
    if (is_last) chunk_ += "0\r\n\r\n";
}

void Connection::Impl::write_head(http::response<http::span_body<const char>>& message,
                                  bool keep) const {
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

bool Connection::Impl::keeps_alive(const Exchange& exchange) const {
    const auto connection = exchange.head.field("Connection");
    if (http_1_0_) return connection && equal_ignoring_case(*connection, "keep-alive");
    return !connection || !equal_ignoring_case(*connection, "close");
}

}  // namespace limpid::service
