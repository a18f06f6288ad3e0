#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/forwarded.hpp"
#include "limpid/security/origin.hpp"
#include "service/authenticator.hpp"
#include "service/exchange.hpp"
#include "service/log.hpp"
#include "service/metrics.hpp"
#include "service/rate_gate.hpp"
#include "service/routes.hpp"
#include "service/settings.hpp"
#include "worker/pool.hpp"

namespace limpid::service {

struct ImageUpload;

namespace jobs {
class Jobs;
struct JobRecord;
}  // namespace jobs

/// What is done with a request, whatever it came over. Not thread-safe: one thread runs it all.
class Service {
public:
    /// Where credentials and chance come from; borrowed for the life of the service.
    struct World {
        security::SecretReader& secrets;
        security::RandomSource& random;
        /// Of settings.jwt_secret; null: there is none.
        const security::Secret* jwt_secret = nullptr;
    };

    /// @return the errors of its parts: Authenticator, RateGate, TrustedProxies, CorsPolicy.
    [[nodiscard]] static Result<std::unique_ptr<Service>> make(Settings settings, World world,
                                                               Log log);

    /// Who does the work. Borrowed; null: nobody yet, or no more.
    void attach(worker::Pool* pool) noexcept { pool_ = pool; }
    /// Who keeps jobs. Borrowed; null: nobody.
    void attach_jobs(jobs::Jobs* jobs) noexcept { jobs_ = jobs; }
    /// Tells how many connections are open.
    void count_connections_by(std::function<int()> count) { connections_ = std::move(count); }
    /// Take what is reloadable over from new settings; all of it or, on an error, nothing.
    [[nodiscard]] Status reload(Settings next);
    /// Look whether credentials have changed.
    void refresh_credentials();
    /// From now on every connection is closed after its response, and the service is not ready.
    void stop();

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] bool authentication_required() const { return authenticator_.required(); }
    [[nodiscard]] Log& log() noexcept { return log_; }

    /// Find out whose request it is and whether it may go on, by its head alone.
    /// @return the response, when it is known without the body; nothing: read the body, at most
    ///         body_limit() bytes, and run().
    [[nodiscard]] std::optional<Response> begin(Exchange& exchange, Surface surface);
    /// Bytes of body that are read; a longer one is refused.
    [[nodiscard]] std::uint64_t body_limit(const Exchange& exchange) const noexcept;
    /// Do what is asked. The answer comes from within the call or later.
    void run(const std::shared_ptr<Exchange>& exchange, Answer answer);
    /// The response for an error.
    [[nodiscard]] Response refuse(Exchange& exchange, const Error& error);
    /// Add what every response has, log and count. Once for each exchange.
    [[nodiscard]] Response finish(Exchange& exchange, Response response);

    /// Handlers of the route table.
    void enhance(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void analyse(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void inspect(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void create_job(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void describe_job(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void delete_job(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void send_job_output(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void stream_job_events(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void openapi(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void live(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void ready(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void metrics(const std::shared_ptr<Exchange>& exchange, Answer answer);

private:
    /// What is made anew from settings.
    struct Policies {
        security::TrustedProxies proxies;
        std::optional<security::CorsPolicy> cors;
    };
    [[nodiscard]] static Result<Policies> policies_of(const Settings& settings);

    Service(Settings settings, World world, Log log, Authenticator authenticator, RateGate gate,
            Policies policies);

    [[nodiscard]] Status find_client(Exchange& exchange) const;
    [[nodiscard]] std::optional<Response> answer_preflight(Exchange& exchange,
                                                           Surface surface) const;
    [[nodiscard]] Status find_route_of(Exchange& exchange, Surface surface) const;
    [[nodiscard]] Status authorise(Exchange& exchange);
    [[nodiscard]] std::optional<Error> check_rate(Exchange& exchange);
    /// Have a worker do it.
    void submit(const std::shared_ptr<Exchange>& exchange, worker::Job job, Answer answer,
                std::function<Response(worker::Done)> respond);
    void describe_image(const std::shared_ptr<Exchange>& exchange, worker::Task task,
                        Answer answer);
    /// The new job that is asked for.
    [[nodiscard]] Result<jobs::JobRecord> read_job(const Exchange& exchange,
                                                   const ImageUpload& upload);
    /// Otherwise the request is answered.
    [[nodiscard]] bool keeps_jobs(Exchange& exchange, Answer& answer);
    [[nodiscard]] Limits limits_for(const Exchange& exchange) const;

    Settings settings_;
    World world_;
    Log log_;
    Authenticator authenticator_;
    RateGate gate_;
    Policies policies_;
    Metrics metrics_;
    std::function<int()> connections_ = [] { return 0; };
    worker::Pool* pool_ = nullptr;
    jobs::Jobs* jobs_ = nullptr;
    bool stopping_ = false;
};

}  // namespace limpid::service
