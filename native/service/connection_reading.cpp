// Of Connection: the head and the body of a request.
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "service/connection_impl.hpp"
#include "service/request_head.hpp"

namespace limpid::service {

asio::awaitable<void> Connection::Impl::read_head() {
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

void Connection::Impl::note_unread_head() {
    if (timed_out_ && buffer_.size() != 0) {
        failure_ = Error(ErrorCode::http_timeout);
    } else {
        closed_ = true;
    }
}

void Connection::Impl::take_head(std::string_view text) {
    auto head = parse_request_head(text);
    if (!head) {
        failure_ = std::move(head).error();
        return;
    }
    exchange_->head = *std::move(head);
    introduce();
    http_1_0_ = text.contains(" HTTP/1.0\r\n");
}

asio::awaitable<void> Connection::Impl::read_body() {
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

void Connection::Impl::note_unread_body(error_code error) {
    if (error == http::error::body_limit) {
        failure_ = service_.body_too_large(*exchange_);
    } else if (timed_out_) {
        failure_ = Error(ErrorCode::http_timeout);
    } else if (error.category() == http::make_error_code(http::error::bad_chunk).category() &&
               error != http::error::partial_message && error != http::error::end_of_stream) {
        failure_ = Error(ErrorCode::http_malformed, "the body");
    } else {
        closed_ = true;
    }
}

bool Connection::Impl::wants_continue(const Exchange& exchange) {
    const auto expect = exchange.head.field("Expect");
    return expect && equal_ignoring_case(*expect, "100-continue");
}

asio::awaitable<void> Connection::Impl::send_continue() {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(*transport_, asio::buffer(kContinue), kToken);
}

}  // namespace limpid::service
