#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "service/rpc/end_of_stream.hpp"
#include "service/rpc/rpc_connection.hpp"
#include "service/service.hpp"

namespace limpid::service::rpc {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 65'536;
// What a connection keeps between messages.
constexpr std::size_t kKeptBytes = 65'536;
constexpr std::chrono::seconds kHandshakeTime{10};
// Pings and pongs that a client may send: a browser sends none by itself but answers to ours.
constexpr int kMaxControls = 100;
constexpr std::chrono::seconds kControlWindow{10};

beast::string_view view(std::string_view text) { return {text.data(), text.size()}; }

/// The request as Beast wants to have it; what it asks of one was looked at before.
http::request<http::empty_body> request_of(const RequestHead& head) {
    http::request<http::empty_body> request;
    request.version(11);
    request.method(http::verb::get);
    request.target(view(head.path));
    for (const HeaderField& field : head.fields) {
        request.insert(view(field.name), view(field.value));
    }
    return request;
}

class WebSocketConnection final : public RpcConnection {
public:
    WebSocketConnection(RpcParts parts, const RequestHead& head, std::vector<HeaderField> fields)
        : RpcConnection(std::move(parts), RpcTransport::websocket),
          stream_(transport()),
          request_(request_of(head)),
          max_bytes_(service().settings().max_message_bytes) {
        websocket::stream_base::timeout timeout{};
        timeout.handshake_timeout = kHandshakeTime;
        timeout.idle_timeout = std::chrono::seconds(service().settings().ws_idle_timeout_s);
        timeout.keep_alive_pings = true;
        stream_.set_option(timeout);
        stream_.set_option(websocket::stream_base::decorator(
            [fields = std::move(fields)](websocket::response_type& response) {
                for (const HeaderField& field : fields) {
                    response.insert(view(field.name), view(field.value));
                }
            }));
        // Counted here, so that the client is told before it is closed.
        stream_.read_message_max(0);
        stream_.auto_fragment(false);
        stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
            if (kind != websocket::frame_type::close) count_control();
        });
    }

private:
    std::shared_ptr<WebSocketConnection> self() {
        return std::static_pointer_cast<WebSocketConnection>(shared_from_this());
    }

    void open() override {
        stream_.async_accept(request_, [self = self()](error_code error) {
            if (error) return self->over();
            self->read_more();
        });
    }

    void read() override {
        stream_.async_read_some(buffer_, kReadBytes,
                                [self = self()](error_code error, std::size_t) {
                                    self->did_read();
                                    self->take(error);
                                });
    }

    void take(error_code error) {
        // Leave is being taken, or this was its last part.
        if (is_over() || is_closing()) return;
        if (error) return over();
        if (buffer_.size() > max_bytes_) return session().refuse_oversize();
        if (!hold(buffer_.size())) return;
        if (stream_.is_message_done()) take_message();
        read_more();
    }

    void take_message() {
        count_message();
        std::string message = beast::buffers_to_string(buffer_.data());
        buffer_.clear();
        if (buffer_.capacity() > kKeptBytes) buffer_.shrink_to_fit();
        release();
        if (stream_.got_text()) {
            session().take_text(message);
        } else {
            session().take_frame(std::move(message));
        }
    }

    void write(const RpcAnswer& answer) override {
        stream_.text(true);
        stream_.async_write(asio::buffer(answer.text),
                            [self = self(), &answer](error_code error, std::size_t) {
                                if (error || !answer.owner) return self->did_write(!error);
                                self->write_frame(answer);
                            });
    }

    /// The answer lies in the queue until it is written.
    void write_frame(const RpcAnswer& answer) {
        stream_.binary(true);
        stream_.async_write(
            asio::buffer(answer.frame.data(), answer.frame.size()),
            [self = self()](error_code error, std::size_t) { self->did_write(!error); });
    }

    void part(RpcClose why) override {
        stream_.async_close(websocket::close_reason(static_cast<websocket::close_code>(why)),
                            [self = self()](error_code) { self->over(); });
    }

    /// Within a read, where the stream cannot be closed.
    void count_control() {
        const auto now = std::chrono::steady_clock::now();
        if (now - control_start_ > kControlWindow) {
            control_start_ = now;
            controls_ = 0;
        }
        if (++controls_ != kMaxControls) return;
        asio::post(stream_.get_executor(), [self = self()] { self->close(RpcClose::policy); });
    }

    websocket::stream<Transport&, false> stream_;
    http::request<http::empty_body> request_;
    beast::flat_buffer buffer_;
    std::uint64_t max_bytes_;
    std::chrono::steady_clock::time_point control_start_{};
    int controls_ = 0;
};

}  // namespace

std::shared_ptr<RpcConnection> make_websocket(RpcParts parts, const RequestHead& head,
                                              std::vector<HeaderField> fields) {
    return std::make_shared<WebSocketConnection>(std::move(parts), head, std::move(fields));
}

}  // namespace limpid::service::rpc
