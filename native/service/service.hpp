#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/security/forwarded.hpp"
#include "limpid/security/origin.hpp"
#include "service/auditor.hpp"
#include "service/authenticator.hpp"
#include "service/exchange.hpp"
#include "service/hasher.hpp"
#include "service/lockdown.hpp"
#include "service/log.hpp"
#include "service/metrics.hpp"
#include "service/rate_gate.hpp"
#include "service/routes.hpp"
#include "service/security_headers.hpp"
#include "service/security_metrics.hpp"
#include "service/settings.hpp"
#include "worker/pool.hpp"

namespace limpid::service {

struct EnhanceRequest;
struct ImageUpload;

namespace jobs {
class Jobs;
struct JobRecord;
}  // namespace jobs

/// Takes the response, when it is known without the body; nothing: the body is read, at most
/// body_limit() bytes, and run() called.
using Begun = std::move_only_function<void(std::optional<Response>)>;

/// What is done with a request, whatever it came over. Not thread-safe: one thread runs it all.
class Service {
public:
    /// Where credentials and chance come from; borrowed for the life of the service.
    struct World {
        security::SecretReader& secrets;
        security::RandomSource& random;
        /// Of settings.jwt_secret; null: there is none.
        const security::Secret* jwt_secret = nullptr;
        /// Of settings.audit_key; null: there is none.
        const security::Secret* audit_key = nullptr;
    };

    /// @return the errors of its parts: Authenticator, RateGate, TrustedProxies, CorsPolicy,
    ///         HeaderPolicy, parse_networks(), check_security_contact().
    [[nodiscard]] static Result<std::unique_ptr<Service>> make(Settings settings, World world,
                                                               Log log);

    /// Who does the work. Borrowed; null: nobody yet, or no more.
    void attach(worker::Pool* pool) noexcept { pool_ = pool; }
    /// Who makes the digests of large bodies. Borrowed; null: this thread.
    void hash_by(Hasher* hasher) noexcept { hasher_ = hasher; }
    /// Who keeps jobs. Borrowed; null: nobody.
    void attach_jobs(jobs::Jobs* jobs) noexcept { jobs_ = jobs; }
    /// Tells how many connections are open.
    void count_connections_by(std::function<int()> count) { connections_ = std::move(count); }
    /// Open the audit log and read the lockdown file. Once, before the first request: apart from
    /// make(), so that a start that is refused leaves no log behind. @return as Auditor::open().
    [[nodiscard]] Status open_audit();
    /// Take what is reloadable over from new settings; all of it or, on an error, nothing.
    [[nodiscard]] Status reload(Settings next);
    /// Look at what changes outside: credentials, the lockdown file, workers, the audit log. Call
    /// it twice a second: what an operator does must be in force within a second.
    void watch();
    /// Put on record that it serves. @return why that cannot be, when records are required.
    [[nodiscard]] Status record_start();
    /// Put on record what somebody did with a request, as one line: record("job.deleted",
    /// exchange).
    void record(std::string_view event, const Exchange& exchange, audit::Details details = {});
    /// Put on record that new settings were refused.
    void record_refused_settings(const Error& error);
    /// From now on every connection is closed after its response, and the service is not ready.
    void stop();
    /// May this address connect to the listener for clients? Counts and records those that may not.
    [[nodiscard]] bool admits(const security::IpAddress& peer);

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] bool authentication_required() const { return authenticator_.required(); }
    [[nodiscard]] Log& log() noexcept { return log_; }

    /// A request came: gives it its number and counts it. Before anything else is done with it.
    void receive(Exchange& exchange);
    /// Find out whose request it is and whether it may go on, by its head alone. `begun` is called
    /// from within the call, or later when others have to be asked.
    void begin(const std::shared_ptr<Exchange>& exchange, Surface surface, Begun begun);
    /// Bytes of body that are read; a longer one is refused.
    [[nodiscard]] std::uint64_t body_limit(const Exchange& exchange) const noexcept;
    /// Do what is asked. The answer comes from within the call or later.
    void run(const std::shared_ptr<Exchange>& exchange, Answer answer);
    /// The response for an error.
    [[nodiscard]] Response refuse(Exchange& exchange, const Error& error);
    /// Add what every response has, log and count. Once for each exchange.
    [[nodiscard]] Response finish(Exchange& exchange, Response response);
    /// Instead of finish(), when nobody is there to answer: end its job, log and count.
    void abandon(Exchange& exchange);

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
    void security_txt(const std::shared_ptr<Exchange>& exchange, Answer answer);

private:
    /// What is made anew from settings.
    struct Policies {
        security::TrustedProxies proxies;
        std::optional<security::CorsPolicy> cors;
        HeaderPolicy headers;
        /// Empty: everybody may connect.
        std::vector<security::IpNetwork> network_allow;
    };
    [[nodiscard]] static Result<Policies> policies_of(const Settings& settings);

    Service(Settings settings, World world, Log log, Authenticator authenticator, RateGate gate,
            Policies policies);
    [[nodiscard]] static Result<std::optional<security::CorsPolicy>> cors_of(
        const Settings& settings);

    [[nodiscard]] Status find_client(Exchange& exchange) const;
    [[nodiscard]] std::optional<Response> answer_preflight(Exchange& exchange,
                                                           Surface surface) const;
    [[nodiscard]] Status find_route_of(Exchange& exchange, Surface surface) const;
    /// The parts of begin(): before it is known who asks, the limits, and after they were counted.
    [[nodiscard]] std::optional<Response> begin_unnamed(Exchange& exchange, Surface surface);
    void count_request(const std::shared_ptr<Exchange>& exchange, Status authorised, Begun begun);
    [[nodiscard]] std::optional<Response> begin_counted(Exchange& exchange,
                                                        const Status& authorised);
    [[nodiscard]] Status authorise(Exchange& exchange, Result<Principal> principal);
    /// Make a digest, here or beside; bytes as for Hasher::async_sha256().
    void hash(std::span<const std::byte> bytes, Hasher::Handler handler);
    /// Enhance the exchange's image, unless the client has what `tag` stands for.
    void enhance_tagged(const std::shared_ptr<Exchange>& exchange, std::span<const std::byte> image,
                        const EnhanceRequest& request, std::string tag, Answer answer);
    /// Answer with what a worker made.
    void answer_image(worker::Done done, std::string tag, Answer answer);
    /// Take the first memory of the body that the head tells of, if there is room for all of it.
    [[nodiscard]] Status reserve_body(Exchange& exchange);
    void log_exchange(const Exchange& exchange, int status, std::uint64_t bytes_out);
    [[nodiscard]] Status check_lockdown(const Exchange& exchange) const;
    [[nodiscard]] Status check_audit(const Exchange& exchange) const;
    void note_refused_credential(const Exchange& exchange, const Error& error);
    void note_accepted_credential(const Exchange& exchange, const Status& permitted);
    void note_breach(const Exchange& exchange);
    void note_block(const Exchange& exchange, std::int64_t block_ns);
    void note_key_changes();
    void note_lockdown();
    void note_workers();
    /// Have a worker do it.
    void submit(const std::shared_ptr<Exchange>& exchange, worker::Job job, Answer answer,
                std::move_only_function<void(worker::Done, Answer)> respond);
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
    MemoryBudget bodies_;
    SecurityMetrics security_metrics_;
    Auditor auditor_;
    LockdownWatch lockdown_;
    /// Workers that were ended for a forbidden system call, as far as that is on record.
    std::uint64_t recorded_forbidden_calls_ = 0;
    std::function<int()> connections_ = [] { return 0; };
    worker::Pool* pool_ = nullptr;
    Hasher* hasher_ = nullptr;
    jobs::Jobs* jobs_ = nullptr;
    bool stopping_ = false;
};

}  // namespace limpid::service
