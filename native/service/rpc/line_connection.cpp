#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "limpid/security/json_rpc.hpp"
#include "service/rpc/end_of_stream.hpp"
#include "service/rpc/rpc_connection.hpp"
#include "service/service.hpp"

namespace limpid::service::rpc {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 16'384;
constexpr std::chrono::seconds kPartTime{2};

class LineConnection final : public RpcConnection {
public:
    explicit LineConnection(RpcParts parts)
        : RpcConnection(std::move(parts), RpcTransport::tcp),
          framer_(service().settings().max_message_bytes),
          authentication_(transport().get_executor()),
          idle_(transport().get_executor()) {}

private:
    using Seconds = std::chrono::seconds;

    std::shared_ptr<LineConnection> self() {
        return std::static_pointer_cast<LineConnection>(shared_from_this());
    }

    std::weak_ptr<LineConnection> weak() { return self(); }

    void open() override {
        authentication_.expires_after(Seconds(service().settings().rpc_auth_timeout_s));
        authentication_.async_wait([weak = weak()](error_code error) {
            const auto self = weak.lock();
            if (self && !error && !self->session().is_authenticated())
                self->close(RpcClose::policy);
        });
        arm_idle();
        read_more();
    }

    void arm_idle() {
        idle_.expires_after(Seconds(service().settings().rpc_idle_timeout_s));
        idle_.async_wait([weak = weak()](error_code error) {
            const auto self = weak.lock();
            if (!self || error || self->is_closing() || self->is_over()) return;
            if (self->session().calls() == 0) return self->close(RpcClose::normal);
            self->arm_idle();
        });
    }

    void read() override {
        transport().async_read_some(asio::buffer(bytes_),
                                    [self = self()](error_code error, std::size_t size) {
                                        self->did_read();
                                        self->take(error, size);
                                    });
    }

    void take(error_code error, std::size_t size) {
        if (is_ending_) return end();
        if (is_over() || is_closing()) return;
        // The client has closed the connection, which ends its calls.
        if (error) return over();
        arm_idle();
        std::vector<std::string> lines;
        const Status status = framer_.push({bytes_.data(), size}, lines);
        for (const std::string& line : lines) {
            if (is_over() || is_closing()) return;
            count_message();
            session().take_text(line);
        }
        if (is_over() || is_closing()) return;
        if (!status) return session().refuse_oversize();
        if (!lines.empty()) release();
        if (hold(framer_.held_bytes())) read_more();
    }

    void write(const RpcAnswer& answer) override {
        const std::array buffers = {asio::buffer(answer.text), asio::buffer(kNewline)};
        asio::async_write(transport(), buffers, [self = self()](error_code error, std::size_t) {
            self->did_write(!error);
        });
    }

    void part(RpcClose) override {
        is_ending_ = true;
        if (!is_reading()) return end();
        // Only one may read.
        transport().cancel();
    }

    void end() {
        idle_.expires_after(kPartTime);
        idle_.async_wait([weak = weak()](error_code error) {
            const auto self = weak.lock();
            if (self && !error) self->over();
        });
        async_end(transport(), [self = self()](error_code) {
            self->idle_.cancel();
            self->over();
        });
    }

    static constexpr std::array<char, 1> kNewline = {'\n'};
    security::MessageFramer framer_;
    asio::steady_timer authentication_;
    asio::steady_timer idle_;
    std::array<char, kReadBytes> bytes_{};
    /// Has this side ended, and does it wait for the other?
    bool is_ending_ = false;
};

}  // namespace

std::shared_ptr<RpcConnection> make_line_connection(RpcParts parts) {
    return std::make_shared<LineConnection>(std::move(parts));
}

}  // namespace limpid::service::rpc
