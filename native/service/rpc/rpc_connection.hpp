#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "service/http_message.hpp"
#include "service/memory_budget.hpp"
#include "service/rpc/rpc_desk.hpp"
#include "service/rpc/rpc_session.hpp"
#include "service/transport.hpp"

namespace limpid::service {
class Service;
}

namespace limpid::service::rpc {

/// What a connection of JSON-RPC is made of.
struct RpcParts {
    std::shared_ptr<Transport> transport;
    /// Borrowed; outlives the connection.
    Service& service;
    RequestHead caller;
    std::shared_ptr<Place> place;
};

/// A connection from where JSON-RPC begins on it, to its end. What is sent waits in a queue of
/// bounded length, and while much waits nothing is read. Not thread-safe.
class RpcConnection : public std::enable_shared_from_this<RpcConnection>, protected RpcOutput {
public:
    /// Begin. `ended` is called once, when the transport is closed.
    void start(std::function<void()> ended);
    /// Answer what is in progress, then say that the service goes away.
    void stop();

protected:
    RpcConnection(RpcParts parts, RpcTransport kind);
    void send(RpcAnswer answer) final;
    void close(RpcClose why) final;

    /// Make the connection ready, then call read_more().
    virtual void open() = 0;
    /// Read some, then call did_read().
    virtual void read() = 0;
    /// Send it, then call did_write().
    virtual void write(const RpcAnswer& answer) = 0;
    /// Take leave, then call over().
    virtual void part(RpcClose why) = 0;

    void read_more();
    void did_read() { is_reading_ = false; }
    void did_write(bool well);
    /// There is nobody any more, or nothing more to say.
    void over();

    void count_message();
    /// Memory for what has come of a message; the session is told when there is none. From the
    /// first byte on the message has body_timeout_s to become complete, as a body has.
    [[nodiscard]] bool hold(std::size_t bytes);
    /// The message is complete.
    void release();

    [[nodiscard]] RpcSession& session() noexcept { return *session_; }
    [[nodiscard]] Transport& transport() noexcept { return *transport_; }
    [[nodiscard]] Service& service() noexcept { return service_; }
    [[nodiscard]] bool is_over() const noexcept { return is_over_; }
    [[nodiscard]] bool is_reading() const noexcept { return is_reading_; }
    /// Was close() called?
    [[nodiscard]] bool is_closing() const noexcept { return closing_.has_value(); }

private:
    void write_next();
    void arm_write();
    void arm_message();
    void part_when_written();

    std::shared_ptr<Transport> transport_;
    Service& service_;
    std::shared_ptr<Place> place_;
    RpcTransport kind_;
    std::shared_ptr<RpcSession> session_;
    MemoryBudget::Share share_;
    boost::asio::steady_timer write_deadline_;
    boost::asio::steady_timer message_deadline_;
    bool is_message_begun_ = false;
    std::function<void()> ended_;
    std::deque<RpcAnswer> queue_;
    std::size_t queued_bytes_ = 0;
    std::optional<RpcClose> closing_;
    bool is_reading_ = false;
    bool is_writing_ = false;
    bool is_parting_ = false;
    bool is_stopping_ = false;
    bool is_over_ = false;
};

/// After the request for it was answered with 101. @param head  the request.
/// @param fields  of the response.
[[nodiscard]] std::shared_ptr<RpcConnection> make_websocket(RpcParts parts, const RequestHead& head,
                                                            std::vector<HeaderField> fields);
/// One JSON text a line.
[[nodiscard]] std::shared_ptr<RpcConnection> make_line_connection(RpcParts parts);

}  // namespace limpid::service::rpc
