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

#include "keeper/client.hpp"
#include "limpid/error.hpp"
#include "limpid/security/forwarded.hpp"
#include "limpid/security/origin.hpp"
#include "limpid/security/secret_source.hpp"
#include "service/auditor.hpp"
#include "service/authenticator.hpp"
#include "service/error_spike.hpp"
#include "service/exchange.hpp"
#include "service/hasher.hpp"
#include "service/license_gate.hpp"
#include "service/lockdown.hpp"
#include "service/log.hpp"
#include "service/metrics.hpp"
#include "service/rate_gate.hpp"
#include "service/routes.hpp"
#include "service/rpc/rpc_desk.hpp"
#include "service/security_headers.hpp"
#include "service/security_metrics.hpp"
#include "service/settings.hpp"
#include "worker/pool.hpp"

namespace limpid::service {

struct EnhanceRequest;
struct ExaminedUpload;
struct ImageUpload;

namespace jobs {
class Jobs;
struct JobRecord;
}  // namespace jobs
namespace redis {
class SharedStore;
}  // namespace redis

namespace identity {
class Identity;
struct Happened;
struct UserEvent;
}  // namespace identity
namespace outbound {
class Outbound;
}

namespace sources {
class Sources;
struct Flight;
}  // namespace sources

namespace pages {
class PageFiles;
}  // namespace pages

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
        /// Holds the secrets; null: there are none, and no audit log.
        keeper::Client* keeper = nullptr;
    };

    /// @return the errors of its parts: Authenticator, RateGate, TrustedProxies, CorsPolicy,
    ///         HeaderPolicy, parse_networks(), check_security_contact().
    [[nodiscard]] static Result<std::unique_ptr<Service>> make(Settings settings, World world,
                                                               Log log);

    /// Who does the work. Borrowed; null: nobody yet, or no more.
    void attach(worker::Pool* pool) noexcept { pool_ = pool; }
    /// Who goes through the bytes of large bodies. Borrowed; null: this thread.
    void hash_by(Hasher* hasher) noexcept { hasher_ = hasher; }
    /// Who keeps jobs. Borrowed; null: nobody.
    void attach_jobs(jobs::Jobs* jobs) noexcept { jobs_ = jobs; }
    /// Who knows users and sessions. Borrowed; null: there are none.
    void attach_identity(identity::Identity* identity) noexcept;
    /// What is shared with other services. Borrowed; null: nothing.
    void attach_shared(redis::SharedStore* store);
    /// The shared store went, and why; nothing: it is back.
    void note_shared_store(const std::optional<Error>& trouble);
    /// Who calls other servers. Borrowed; null: nobody.
    void attach_outbound(outbound::Outbound* outbound);
    /// Where the pictures of signed URLs come from. Borrowed; null: nowhere.
    void attach_sources(sources::Sources* sources) noexcept { sources_ = sources; }
    /// The playground. Borrowed; null: there is none.
    void attach_pages(const pages::PageFiles* pages) noexcept { pages_ = pages; }
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
    /// The error for one that is longer.
    [[nodiscard]] Error body_too_large(const Exchange& exchange) const;
    /// Do what is asked. The answer comes from within the call or later.
    void run(const std::shared_ptr<Exchange>& exchange, Answer answer);
    /// The response for an error.
    [[nodiscard]] Response refuse(Exchange& exchange, const Error& error);
    /// Add what every response has, log and count. Once for each exchange.
    [[nodiscard]] Response finish(Exchange& exchange, Response response);
    /// The response was sent: give its bytes back, many of them beside.
    void let_go(Response& response);
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
    void set_up(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void log_in(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void describe_session(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void log_out(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void change_password(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void list_users(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void create_user(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void change_user(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void remove_user(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void openapi(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void live(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void ready(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void metrics(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void security_txt(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void open_websocket(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void issue_ws_ticket(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void rpc_initialize(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void rpc_authenticate(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void rpc_ping(const std::shared_ptr<Exchange>& exchange, Answer answer);

    /// What the connections of JSON-RPC share.
    [[nodiscard]] rpc::RpcDesk& rpc_desk() noexcept { return rpc_; }
    /// The memory that messages are counted to, with the bodies of requests.
    [[nodiscard]] MemoryBudget& body_memory() noexcept { return bodies_; }
    /// May this address open a connection for JSON-RPC lines? Sets `place` when it may.
    /// Not a Result: GCC 12 takes one of a shared_ptr for uninitialised.
    /// @return client.blocked, service.too_many_connections, service.stopping; nothing: it may.
    [[nodiscard]] std::optional<Error> admit_rpc(const security::IpAddress& peer,
                                                 std::shared_ptr<rpc::Place>& place);
    void license(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void license_details(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void send_source(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void send_page(const std::shared_ptr<Exchange>& exchange, Answer answer);

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
            Policies policies, LicenseGate license);
    [[nodiscard]] static Result<std::optional<security::CorsPolicy>> cors_of(
        const Settings& settings);

    [[nodiscard]] Status find_client(Exchange& exchange) const;
    [[nodiscard]] std::optional<Response> answer_preflight(Exchange& exchange,
                                                           Surface surface) const;
    [[nodiscard]] Status find_route_of(Exchange& exchange, Surface surface) const;
    /// Of an upgrade, what can be said before it is known who asks; takes the credential from where
    /// browsers put it.
    [[nodiscard]] Status check_upgrade(Exchange& exchange);
    /// The parts of begin(): before it is known who asks, the limits, and after they were counted.
    [[nodiscard]] std::optional<Response> begin_unnamed(Exchange& exchange, Surface surface);
    void count_request(const std::shared_ptr<Exchange>& exchange, Status authorised, Begun begun);
    [[nodiscard]] std::optional<Response> begin_counted(Exchange& exchange,
                                                        const Status& authorised);
    [[nodiscard]] Status authorise(Exchange& exchange, Result<Principal> principal);
    /// Do `work` that goes through so many bytes, here or beside, and then `done`; as
    /// Hasher::async_run().
    void beside(std::size_t bytes, Hasher::Task work, Hasher::Task done);
    /// Look at what came, and make the digest of its image when that is wanted. `then` is not
    /// called when the client has gone meanwhile.
    void examine(const std::shared_ptr<Exchange>& exchange, bool with_digest,
                 std::move_only_function<void(Result<ExaminedUpload>)> then);
    /// Put what a worker reads of a job where nobody can change it.
    /// @param owner  of job.input.
    void seal(const worker::Job& job, std::shared_ptr<const void> owner,
              std::move_only_function<void(const worker::Job&, Result<worker::SealedInput>)> then);
    /// Make a digest, here or beside; bytes as for Hasher::async_sha256().
    void hash(std::span<const std::byte> bytes, Hasher::Handler handler);
    /// Enhance the exchange's image, unless the client has what the entity tag stands for.
    void enhance_tagged(const std::shared_ptr<Exchange>& exchange, std::span<const std::byte> image,
                        const EnhanceRequest& request, const Sha256& input, Answer answer);
    /// What a receipt says of the photo that came.
    struct ReceiptInput {
        std::uint64_t bytes = 0;
        Sha256 digest{};
    };
    /// Answer with what a worker made. @param receipt  nothing: none is asked for.
    void answer_image(const std::shared_ptr<Exchange>& exchange, worker::Done done, std::string tag,
                      std::optional<ReceiptInput> receipt, Answer answer);
    /// A signed manifest in base64url. @return the errors of keeper::Client::sign_manifest().
    [[nodiscard]] Result<std::string> receipt_of(const worker::Done& done,
                                                 const ReceiptInput& input, const Sha256& output);
    /// Does the licence permit what is asked for, as far as it gates that?
    [[nodiscard]] Status check_license(const EnhanceRequest& request) const;
    void note_keeper();
    /// The steps of a flight: fetch its source, have a worker enhance it, answer everybody who
    /// waits.
    void start_flight(const std::shared_ptr<sources::Flight>& flight);
    void enhance_flight(const std::shared_ptr<sources::Flight>& flight, ExaminedUpload found,
                        std::shared_ptr<const void> owner);
    void run_flight(const std::shared_ptr<sources::Flight>& flight, const worker::Job& job,
                    worker::SealedInput input);
    void land_flight(const std::shared_ptr<sources::Flight>& flight, worker::Done done);
    void fail_flight(sources::Flight& flight, const Error& error);
    /// A client that may have waited for one has gone.
    void leave_flight(const Exchange& exchange);
    [[nodiscard]] bool has_page(std::string_view path) const;
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
    /// Is the shared store away, and are requests refused for that?
    [[nodiscard]] bool fails_closed() const;
    [[nodiscard]] std::string shared_metrics() const;
    /// Makes the answer of what a worker did.
    using Respond = std::move_only_function<void(worker::Done, Answer)>;
    /// Have a worker do it.
    void submit(const std::shared_ptr<Exchange>& exchange, worker::Job job, Answer answer,
                Respond respond);
    void run_job(const std::shared_ptr<Exchange>& exchange, const worker::Job& job,
                 worker::SealedInput input, Answer answer, Respond respond);
    void describe_image(const std::shared_ptr<Exchange>& exchange, worker::Task task,
                        Answer answer);
    /// The new job that is asked for.
    [[nodiscard]] Result<jobs::JobRecord> read_job(const Exchange& exchange, ExaminedUpload found);
    void keep_job(const std::shared_ptr<Exchange>& exchange, ExaminedUpload found, Answer answer);
    /// The parameter webhook of a new job, which is taken out; empty: there is none.
    [[nodiscard]] Result<std::string> take_webhook(ImageUpload& upload) const;
    /// Otherwise the request is answered.
    [[nodiscard]] bool keeps_jobs(Exchange& exchange, Answer& answer);
    [[nodiscard]] std::string outbound_metrics() const;
    [[nodiscard]] Limits limits_for(const Exchange& exchange) const;

    /// Otherwise the request is answered.
    [[nodiscard]] bool knows_users(Exchange& exchange, Answer& answer);
    /// Record what happened to users, and answer with the one that was meant.
    void answer_user(Exchange& exchange, identity::Happened happened, Answer answer);
    /// The same without saying anything about the user.
    void answer_nothing(Exchange& exchange, identity::Happened happened, Answer answer);
    /// @param exchange  null: another process did it.
    void record_user(const Exchange* exchange, const identity::UserEvent& event);
    void note_user_changes();
    void note_refused_login(const Exchange& exchange, const Error& error);

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
    rpc::RpcDesk rpc_;
    LicenseGate license_;
    /// Keepers that ended, as far as that is on record.
    std::uint64_t recorded_keeper_deaths_ = 0;
    ErrorSpike error_spike_;
    /// Workers that were ended for a forbidden system call, as far as that is on record.
    std::uint64_t recorded_forbidden_calls_ = 0;
    std::function<int()> connections_ = [] { return 0; };
    worker::Pool* pool_ = nullptr;
    Hasher* hasher_ = nullptr;
    jobs::Jobs* jobs_ = nullptr;
    identity::Identity* identity_ = nullptr;
    bool users_unreadable_ = false;
    outbound::Outbound* outbound_ = nullptr;
    sources::Sources* sources_ = nullptr;
    const pages::PageFiles* pages_ = nullptr;
    redis::SharedStore* shared_ = nullptr;
    bool stopping_ = false;
};

}  // namespace limpid::service
