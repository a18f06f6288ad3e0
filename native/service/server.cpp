#include "service/server.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "platform/clock.hpp"
#include "platform/random_source.hpp"
#include "service/connections.hpp"
#include "service/descriptor_reserve.hpp"
#include "service/hasher.hpp"
#include "service/identity/identity.hpp"
#include "service/identity/memory_session_store.hpp"
#include "service/jobs/jobs.hpp"
#include "service/outbound/outbound.hpp"
#include "service/redis/redis_session_store.hpp"
#include "service/redis/shared_store.hpp"
#include "service/sources/sources.hpp"

namespace limpid::service {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// A revoked key must be refused within a second, and a lockdown in force.
constexpr std::chrono::milliseconds kWatchInterval{500};
// Of 170 bytes each.
constexpr std::uint64_t kMaxReserved = 8192;

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
        connections_.set_tls(*std::move(tls));
        if (Status status = open_shared(); !status) return status;
        if (Status status = open_outbound(); !status) return status;
        if (Status status = open_jobs(); !status) return status;
        if (Status status = open_identity(); !status) return status;
        if (Status status = open_sources(); !status) return status;
        auto pool = worker::Pool::create(context_.get_executor(), options_.pool);
        if (!pool) return std::unexpected(std::move(pool).error());
        pool_ = *std::move(pool);
        service_.work().attach(pool_.get());
        service_.work().hash_by(&hasher_);
        outbound_->start();
        if (jobs_) jobs_->start(*pool_, options_.pool.workers);
        service_.count_connections_by([this] { return static_cast<int>(connections_.size()); });
        if (Status status = listen(); !status) return status;
        if (Status status = service_.record_start(); !status) return status;
        wait_for_signal();
        watch_outside();
        context_.run();
        service_.write_last_records();
        service_.work().attach(nullptr);
        service_.jobs().attach(nullptr);
        service_.attach_identity(nullptr);
        service_.attach_shared(nullptr);
        service_.attach_outbound(nullptr);
        service_.sources().attach(nullptr);
        service_.work().hash_by(nullptr);
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
        service_.jobs().attach(jobs_.get());
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
        service_.sources().attach(sources_.get());
        if (sources_ && sources_->is_unconfined()) service_.log().event("sources_unconfined");
        return {};
    }

    Status listen() {
        const std::pair<const ListenAddress&, Surface> places[] = {
            {options_.listen, Surface::api},
            {options_.metrics_listen, Surface::metrics},
            {options_.admin_listen, Surface::admin},
            {options_.rpc_listen, Surface::rpc}};
        for (const auto& [address, surface] : places) {
            if (Status status = connections_.listen(address, surface); !status) return status;
        }
        return {};
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
        connections_.set_tls(*std::move(tls));
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
            connections_.give_memory_back();
            watch_outside();
        });
    }

    void stop() {
        service_.log().event("stopping");
        service_.stop();
        drain_.expires_after(std::chrono::seconds(service_.settings().drain_timeout_s));
        drain_.async_wait([this](error_code) { context_.stop(); });
        connections_.stop([this] { context_.stop(); });
    }

    Service& service_;
    ServerOptions options_;
    // Whoever uses the context is destroyed before it.
    asio::io_context context_{1};
    Hasher hasher_{context_.get_executor()};
    /// Null: nothing is shared.
    std::unique_ptr<redis::SharedStore> shared_;
    asio::signal_set signals_;
    asio::steady_timer tick_;
    asio::steady_timer drain_;
    Connections connections_{context_.get_executor(), service_};
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
};

}  // namespace

Status serve(Service& service, ServerOptions options) {
    Server server(service, std::move(options));
    return server.run();
}

}  // namespace limpid::service
