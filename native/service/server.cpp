#include "service/server.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "service/connection.hpp"
#include "service/jobs/jobs.hpp"

namespace limpid::service {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// A revoked key must be refused within a second.
constexpr std::chrono::milliseconds kCredentialInterval{500};
constexpr std::chrono::milliseconds kAcceptPause{100};
// Beyond the limit, so that those that are too many can be told so.
constexpr int kExtraConnections = 64;

asio::ip::address to_asio(const security::IpAddress& address) {
    if (const auto v4 = address.v4_bytes()) return asio::ip::address_v4(*v4);
    asio::ip::address_v6::bytes_type bytes{};
    std::ranges::copy(address.bytes(), bytes.begin());
    return asio::ip::address_v6(bytes);
}

security::IpAddress from_asio(const asio::ip::address& address) {
    if (address.is_v4()) return security::IpAddress::v4(address.to_v4().to_bytes());
    return security::IpAddress::v6(address.to_v6().to_bytes());
}

class Server {
public:
    Server(Service& service, const ServerOptions& options)
        : service_(service),
          options_(options),
          signals_(context_),
          tick_(context_),
          drain_(context_) {}

    Status run() {
        if (Status status = open_jobs(); !status) return status;
        auto pool = worker::Pool::create(context_.get_executor(), options_.pool);
        if (!pool) return std::unexpected(std::move(pool).error());
        pool_ = *std::move(pool);
        service_.attach(pool_.get());
        if (jobs_) jobs_->start(*pool_, options_.pool.workers);
        service_.count_connections_by([this] { return static_cast<int>(connections_.size()); });
        if (Status status = listen(options_.listen, Surface::api); !status) return status;
        if (Status status = listen(options_.metrics_listen, Surface::metrics); !status) {
            return status;
        }
        wait_for_signal();
        watch_credentials();
        context_.run();
        service_.attach(nullptr);
        service_.attach_jobs(nullptr);
        return {};
    }

private:
    Status open_jobs() {
        if (service_.settings().state_dir.empty()) return {};
        auto opened =
            jobs::Jobs::open(context_.get_executor(), service_.settings(), service_.log());
        if (!opened) return std::unexpected(std::move(opened).error());
        jobs_ = *std::move(opened);
        service_.attach_jobs(jobs_.get());
        return {};
    }

    Status listen(const ListenAddress& listen, Surface surface) {
        for (const security::IpAddress& address : listen.addresses) {
            const tcp::endpoint endpoint(to_asio(address), listen.port);
            tcp::acceptor& acceptor = acceptors_.emplace_back(context_);
            error_code error;
            static_cast<void>(acceptor.open(endpoint.protocol(), error));
            if (!error)
                static_cast<void>(acceptor.set_option(tcp::acceptor::reuse_address(true), error));
            if (!error && endpoint.address().is_v6()) {
                static_cast<void>(acceptor.set_option(asio::ip::v6_only(true), error));
            }
            if (!error) static_cast<void>(acceptor.bind(endpoint, error));
            if (!error)
                static_cast<void>(acceptor.listen(tcp::acceptor::max_listen_connections, error));
            if (error) {
                return fail(ErrorCode::service_unbound, to_string(address) + " port " +
                                                            std::to_string(listen.port) + ": " +
                                                            error.message());
            }
            announce(acceptor, surface);
            accept(acceptor, surface);
        }
        return {};
    }

    void announce(const tcp::acceptor& acceptor, Surface surface) {
        const tcp::endpoint endpoint = acceptor.local_endpoint();
        const std::string host = endpoint.address().is_v6()
                                     ? "[" + endpoint.address().to_string() + "]"
                                     : endpoint.address().to_string();
        service_.log().event(surface == Surface::api ? "listening" : "listening_metrics",
                             host + ":" + std::to_string(endpoint.port()));
    }

    void accept(tcp::acceptor& acceptor, Surface surface) {
        acceptor.async_accept([this, &acceptor, surface](error_code error, tcp::socket socket) {
            if (!acceptor.is_open()) return;
            if (!error) take(std::move(socket), surface);
            // Without a pause the want of descriptors would keep a processor busy.
            if (error && error != asio::error::connection_aborted) return pause(acceptor, surface);
            accept(acceptor, surface);
        });
    }

    void pause(tcp::acceptor& acceptor, Surface surface) {
        auto timer = std::make_shared<asio::steady_timer>(context_, kAcceptPause);
        timer->async_wait([this, timer, &acceptor, surface](error_code) {
            if (acceptor.is_open()) accept(acceptor, surface);
        });
    }

    void take(tcp::socket socket, Surface surface) {
        error_code error;
        const tcp::endpoint remote = socket.remote_endpoint(error);
        if (error) return;
        static_cast<void>(socket.set_option(tcp::no_delay(true), error));
        const security::IpAddress peer = from_asio(remote.address());
        const auto open = static_cast<std::uint64_t>(connections_.size());
        if (open >= service_.settings().max_connections + kExtraConnections) return;
        const int of_peer = ++peers_[peer];
        const bool too_many =
            open >= service_.settings().max_connections ||
            static_cast<std::uint64_t>(of_peer) > service_.settings().max_connections_per_ip;
        connections_.push_back(
            std::make_unique<Connection>(std::move(socket), service_, surface, peer));
        const auto at = std::prev(connections_.end());
        auto ended = [this, at, peer] { forget(at, peer); };
        if (too_many) {
            (*at)->turn_away(std::move(ended));
        } else {
            (*at)->start(std::move(ended));
        }
    }

    void forget(std::list<std::unique_ptr<Connection>>::iterator at,
                const security::IpAddress& peer) {
        connections_.erase(at);
        const auto count = peers_.find(peer);
        if (--count->second == 0) peers_.erase(count);
        end_when_drained();
    }

    void wait_for_signal() {
        for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.add(signal);
        signals_.async_wait([this](error_code error, int signal) {
            if (error) return;
            if (signal == SIGHUP) {
                reload();
                return wait_for_signal();
            }
            stop();
        });
    }

    void reload() {
        auto next = options_.reread();
        const Status status =
            next ? service_.reload(*std::move(next)) : std::unexpected(std::move(next).error());
        if (status) {
            service_.log().event("reloaded");
        } else {
            service_.log().error(status.error(), {});
        }
    }

    void watch_credentials() {
        tick_.expires_after(kCredentialInterval);
        tick_.async_wait([this](error_code error) {
            if (error) return;
            service_.refresh_credentials();
            watch_credentials();
        });
    }

    void stop() {
        service_.log().event("stopping");
        service_.stop();
        stopping_ = true;
        for (tcp::acceptor& acceptor : acceptors_) {
            error_code error;
            static_cast<void>(acceptor.close(error));
        }
        for (const auto& connection : connections_) connection->stop_when_idle();
        drain_.expires_after(std::chrono::seconds(service_.settings().drain_timeout_s));
        drain_.async_wait([this](error_code) { context_.stop(); });
        end_when_drained();
    }

    void end_when_drained() {
        if (stopping_ && connections_.empty()) context_.stop();
    }

    Service& service_;
    const ServerOptions& options_;
    // Whoever uses the context is destroyed before it.
    asio::io_context context_{1};
    std::list<tcp::acceptor> acceptors_;
    asio::signal_set signals_;
    asio::steady_timer tick_;
    asio::steady_timer drain_;
    std::list<std::unique_ptr<Connection>> connections_;
    std::map<security::IpAddress, int> peers_;
    std::unique_ptr<worker::Pool> pool_;
    /// Null: none are kept.
    std::unique_ptr<jobs::Jobs> jobs_;
    bool stopping_ = false;
};

}  // namespace

Status serve(Service& service, const ServerOptions& options) {
    Server server(service, options);
    return server.run();
}

}  // namespace limpid::service
