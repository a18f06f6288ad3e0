#pragma once

#include <functional>
#include <memory>

#include "service/service.hpp"
#include "service/transport.hpp"

namespace limpid::service {

/// A connection from its beginning to its end: requests one after the other, each with deadlines.
/// The one place that speaks HTTP.
class Connection {
public:
    Connection(std::unique_ptr<Transport> transport, Service& service, Surface surface,
               const security::IpAddress& peer);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Begin. `ended` is called once, when the connection is closed; it may destroy this object.
    void start(std::function<void()> ended);
    /// Answer one request with 503, whatever it is, and close: there are too many connections. Only
    /// without TLS.
    void turn_away(std::function<void()> ended);
    /// Close it unless a request is in progress, which is answered first.
    void stop_when_idle();

private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace limpid::service
