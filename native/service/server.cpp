#include "service/server.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <malloc.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "platform/clock.hpp"
#include "platform/random_source.hpp"
#include "service/connection.hpp"
#include "service/descriptor_reserve.hpp"
#include "service/hasher.hpp"
#include "service/identity/identity.hpp"
#include "service/identity/memory_session_store.hpp"
#include "service/jobs/jobs.hpp"
#include "service/listener.hpp"
#include "service/outbound/outbound.hpp"
#include "service/redis/redis_session_store.hpp"
#include "service/redis/shared_store.hpp"
#include "service/sources/sources.hpp"

namespace limpid::service {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// A revoked key must be refused within a second, and a lockdown in force.
constexpr std::chrono::milliseconds kWatchInterval{500};
constexpr std::chrono::milliseconds kAcceptPause{100};
// Beyond the limit, so that those that are too many can be told so.
constexpr int kExtraConnections = 64;
// Of 170 bytes each.
constexpr std::uint64_t kMaxReserved = 8192;
// So many fewer connections are worth the milliseconds that giving their memory back takes.
constexpr std::size_t kTrimmedConnections = 100;
constexpr std::chrono::seconds kTrimInterval{5};

/// What the log calls it when a listener is open.
std::string_view event_of(Surface surface) {
    switch (surface) {
        case Surface::admin:
            return "listening_admin";
        case Surface::metrics:
            return "listening_metrics";
        case Surface::rpc:
            return "listening_rpc";
        default:
            return "listening";
    }
}

class Server {
public:
    Server(Service& service, ServerOptions options)
        : service_(service),
          options_(std::move(options)),
          signals_(context_),
          tick_(context_),
          drain_(context_) {}

    Status run() {
        // First: later others would want descriptors meanwhile.
        reserve_descriptors(context_.get_executor(),
                            std::min(service_.settings().max_connections, kMaxReserved));
        // Before anybody is told that it listens: who then ends it at once must not kill it.
        for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.add(signal);
        auto tls = options_.read_tls();
        if (!tls) return std::unexpected(std::move(tls).error());
        tls_ = *std::move(tls);
        if (Status status = open_shared(); !status) return status;
        if (Status status = open_outbound(); !status) return status;
        if (Status status = open_jobs(); !status) return status;
        if (Status status = open_identity(); !status) return status;
        if (Status status = open_sources(); !status) return status;
        auto pool = worker::Pool::create(context_.get_executor(), options_.pool);
        if (!pool) return std::unexpected(std::move(pool).error());
        pool_ = *std::move(pool);
        service_.attach(pool_.get());
        service_.hash_by(&hasher_);
        outbound_->start();
        if (jobs_) jobs_->start(*pool_, options_.pool.workers);
        service_.count_connections_by([this] { return static_cast<int>(connections_.size()); });
        if (Status status = listen(options_.listen, Surface::api); !status) return status;
        if (Status status = listen(options_.metrics_listen, Surface::metrics); !status) {
            return status;
        }
        if (Status status = listen(options_.admin_listen, Surface::admin); !status) return status;
        if (Status status = listen(options_.rpc_listen, Surface::rpc); !status) return status;
        if (Status status = service_.record_start(); !status) return status;
        wait_for_signal();
        watch_outside();
        context_.run();
        service_.attach(nullptr);
        service_.attach_jobs(nullptr);
        service_.attach_identity(nullptr);
        service_.attach_shared(nullptr);
        service_.attach_outbound(nullptr);
        service_.attach_sources(nullptr);
        service_.hash_by(nullptr);
        return {};
    }

private:
    Status open_shared() {
        if (service_.settings().redis_url.empty()) return {};
        auto opened = redis::SharedStore::open(
            context_.get_executor(), service_.settings(), options_.redis_password,
            [this](const std::optional<Error>& trouble) { service_.note_shared_store(trouble); });
        if (!opened) return std::unexpected(std::move(opened).error());
        shared_ = *std::move(opened);
        service_.attach_shared(shared_.get());
        return {};
    }

    Status open_outbound() {
        const auto& secret = options_.secrets.webhook_secret;
        auto opened = outbound::Outbound::make(context_.get_executor(), service_.settings(),
                                               {.random = *options_.random,
                                                .log = service_.log(),
                                                .webhook_secret = secret ? &*secret : nullptr});
        if (!opened) return std::unexpected(std::move(opened).error());
        outbound_ = *std::move(opened);
        service_.attach_outbound(outbound_.get());
        return {};
    }

    Status open_jobs() {
        if (service_.settings().state_dir.empty()) return {};
        auto opened =
            jobs::Jobs::open(context_.get_executor(), service_.settings(), service_.log());
        if (!opened) return std::unexpected(std::move(opened).error());
        jobs_ = *std::move(opened);
        if (auto world = outbound_->webhook_world()) jobs_->notify_by(*std::move(world));
        service_.attach_jobs(jobs_.get());
        return {};
    }

    [[nodiscard]] std::unique_ptr<identity::SessionStore> make_sessions() const {
        if (shared_) return std::make_unique<redis::RedisSessionStore>(shared_->client());
        return std::make_unique<identity::MemorySessionStore>(service_.settings().max_sessions);
    }

    Status open_identity() {
        const Settings& settings = service_.settings();
        if (!settings.users) return {};
        auto opened =
            identity::Identity::open(context_.get_executor(), settings, make_sessions(), random_);
        if (!opened) return std::unexpected(std::move(opened).error());
        identity_ = *std::move(opened);
        service_.attach_identity(identity_.get());
        const auto token = identity_->open_setup(platform::wall_clock());
        if (!token) return std::unexpected(token.error());
        if (*token) identity::show_setup_token(**token);
        return {};
    }

    Status open_sources() {
        const auto& keys = options_.secrets.url_keys;
        auto opened = sources::Sources::open(context_.get_executor(), service_.settings(),
                                             keys ? &*keys : nullptr, &outbound_->client());
        if (!opened) return std::unexpected(std::move(opened).error());
        sources_ = *std::move(opened);
        service_.attach_sources(sources_.get());
        if (sources_ && sources_->is_unconfined()) service_.log().event("sources_unconfined");
        return {};
    }

    Status listen(const ListenAddress& address, Surface surface) {
        auto made = listen_at(context_.get_executor(), address);
        if (!made) return std::unexpected(std::move(made).error());
        for (Listener& listener : *made) {
            service_.log().event(event_of(surface), place_of(listener.acceptor));
            accept(listener.acceptor, surface);
        }
        listeners_.splice(listeners_.end(), *made);
        return {};
    }

    void accept(Acceptor& acceptor, Surface surface) {
        acceptor.async_accept([this, &acceptor, surface](error_code error, Socket socket) {
            if (!acceptor.is_open()) return;
            if (!error) take(std::move(socket), surface);
            // Without a pause the want of descriptors would keep a processor busy.
            if (error && error != asio::error::connection_aborted) return pause(acceptor, surface);
            accept(acceptor, surface);
        });
    }

    void pause(Acceptor& acceptor, Surface surface) {
        auto timer = std::make_shared<asio::steady_timer>(context_, kAcceptPause);
        timer->async_wait([this, timer, &acceptor, surface](error_code) {
            if (acceptor.is_open()) accept(acceptor, surface);
        });
    }

    void take(Socket socket, Surface surface) {
        const std::optional<Peer> found = peer_of(socket);
        if (!found) return;
        const Peer& peer = *found;
        // Closed without a word: who may not connect learns nothing, and costs nothing.
        const bool for_clients = surface != Surface::metrics && surface != Surface::admin;
        if (for_clients && !peer.over_unix_socket && !service_.admits(peer.address)) return;
        const bool takes_tls = for_clients && !(surface == Surface::rpc && peer.over_unix_socket);
        const crypto::TlsServer* const tls = takes_tls ? tls_.get() : nullptr;
        const auto open = static_cast<std::uint64_t>(connections_.size());
        if (open >= service_.settings().max_connections + kExtraConnections) return;
        const bool too_many = open >= service_.settings().max_connections || has_too_many(peer);
        // A handshake is the dearest thing that a stranger can ask for: with TLS nobody is told.
        if (too_many && tls != nullptr) return;
        error_code error;
        // Not for Unix sockets, which do not wait for more to send.
        static_cast<void>(socket.set_option(tcp::no_delay(true), error));
        auto transport = Transport::make(std::move(socket), tls);
        if (!transport) return;
        connections_.push_back(
            std::make_unique<Connection>(std::move(transport), service_, surface, peer.address));
        if (!peer.over_unix_socket) ++peers_[peer.address];
        const auto at = std::prev(connections_.end());
        auto ended = [this, at, peer] { forget(at, peer); };
        if (too_many) {
            (*at)->turn_away(std::move(ended));
        } else {
            (*at)->start(std::move(ended));
        }
    }

    /// Whoever uses a Unix socket has the same address.
    [[nodiscard]] bool has_too_many(const Peer& peer) const {
        if (peer.over_unix_socket) return false;
        const auto found = peers_.find(peer.address);
        const int count = found == peers_.end() ? 0 : found->second;
        return static_cast<std::uint64_t>(count) >= service_.settings().max_connections_per_ip;
    }

    void forget(std::list<std::unique_ptr<Connection>>::iterator at, const Peer& peer) {
        connections_.erase(at);
        const auto count = peers_.find(peer.address);
        if (!peer.over_unix_socket && --count->second == 0) peers_.erase(count);
        end_when_drained();
    }

    void wait_for_signal() {
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
        if (const Status status = try_reload()) {
            service_.log().event("reloaded");
        } else {
            service_.log().error(status.error(), {});
            service_.record_refused_settings(status.error());
        }
    }

    /// All of it or, on an error, nothing.
    Status try_reload() {
        auto next = options_.reread();
        if (!next) return std::unexpected(std::move(next).error());
        auto tls = options_.read_tls();
        if (!tls) return std::unexpected(std::move(tls).error());
        auto secrets = options_.reread_secrets();
        if (!secrets) return std::unexpected(std::move(secrets).error());
        auto keys = make_live_keys(*secrets, sources_.get(), outbound_.get());
        if (!keys) return std::unexpected(std::move(keys).error());
        if (Status status = hide_new(service_.log(), options_.secrets, *secrets); !status) {
            return status;
        }
        if (Status status = service_.reload(*std::move(next)); !status) return status;
        options_.secrets = *std::move(secrets);
        adopt(*std::move(keys));
        // Connections that are open keep the certificate they began with.
        tls_ = *std::move(tls);
        return {};
    }

    void adopt(LiveKeys keys) {
        if (keys.urls) sources_->verify_by(*std::move(keys.urls));
        if (!keys.signer) return;
        outbound_->sign_by(*keys.signer);
        if (jobs_) jobs_->sign_by(*keys.signer);
    }

    void watch_outside() {
        tick_.expires_after(kWatchInterval);
        tick_.async_wait([this](error_code error) {
            if (error) return;
            service_.watch();
            give_memory_back();
            watch_outside();
        });
    }

    /// What many connections used lies in pieces between what is in use: the C library gives none
    /// of it back by itself.
    void give_memory_back() {
        const auto now = std::chrono::steady_clock::now();
        most_connections_ = std::max(most_connections_, connections_.size());
        if (connections_.size() + kTrimmedConnections > most_connections_ || now < next_trim_)
            return;
        ::malloc_trim(0);
        most_connections_ = connections_.size();
        next_trim_ = now + kTrimInterval;
    }

    void stop() {
        service_.log().event("stopping");
        service_.stop();
        stopping_ = true;
        for (Listener& listener : listeners_) {
            error_code error;
            static_cast<void>(listener.acceptor.close(error));
            listener.file.reset();
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
    ServerOptions options_;
    // Whoever uses the context is destroyed before it.
    asio::io_context context_{1};
    Hasher hasher_{context_.get_executor()};
    /// Null: nothing is shared.
    std::unique_ptr<redis::SharedStore> shared_;
    std::list<Listener> listeners_;
    std::shared_ptr<const crypto::TlsServer> tls_;
    asio::signal_set signals_;
    asio::steady_timer tick_;
    asio::steady_timer drain_;
    std::list<std::unique_ptr<Connection>> connections_;
    std::map<security::IpAddress, int> peers_;
    /// Outlives whoever calls by it.
    std::unique_ptr<outbound::Outbound> outbound_;
    std::unique_ptr<worker::Pool> pool_;
    /// Null: none are kept.
    std::unique_ptr<jobs::Jobs> jobs_;
    platform::SystemRandom random_;
    /// Null: there are no users.
    std::unique_ptr<identity::Identity> identity_;
    /// Null: there are none.
    std::unique_ptr<sources::Sources> sources_;
    bool stopping_ = false;
    /// Since memory was given back.
    std::size_t most_connections_ = 0;
    std::chrono::steady_clock::time_point next_trim_{};
};

}  // namespace

Status serve(Service& service, ServerOptions options) {
    Server server(service, std::move(options));
    return server.run();
}

}  // namespace limpid::service
