#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
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
#include "service/image_handlers.hpp"
#include "service/job_handlers.hpp"
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
#include "service/source_handlers.hpp"
#include "service/user_handlers.hpp"
#include "service/work.hpp"

namespace limpid::service {

struct EnhanceRequest;

namespace redis {
class SharedStore;
}
namespace outbound {
class Outbound;
}
namespace pages {
class PageFiles;
}

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

    /// Who knows users and sessions. Borrowed; null: there are none.
    void attach_identity(identity::Identity* identity) noexcept;
    /// What is shared with other services. Borrowed; null: nothing.
    void attach_shared(redis::SharedStore* store);
    /// The shared store went, and why; nothing: it is back.
    void note_shared_store(const std::optional<Error>& trouble);
    /// Who calls other servers. Borrowed; null: nobody.
    void attach_outbound(outbound::Outbound* outbound);
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
    /// Count and put on record a login that was refused; blocks who guesses.
    void note_refused_login(const Exchange& exchange, const Error& error);
    /// Put on record that new settings were refused.
    void record_refused_settings(const Error& error);
    /// From now on every connection is closed after its response, and the service is not ready.
    void stop();
    /// After the last request: put on record what the keeper had no time for. Waits seconds at
    /// most.
    void write_last_records();
    /// May this address connect to the listener for clients? Counts and records those that may not.
    [[nodiscard]] bool admits(const security::IpAddress& peer);

    [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
    [[nodiscard]] bool authentication_required() const { return authenticator_.required(); }
    [[nodiscard]] Log& log() noexcept { return log_; }
    [[nodiscard]] Auditor& auditor() noexcept { return auditor_; }
    [[nodiscard]] const LicenseGate& license_gate() const noexcept { return license_; }
    [[nodiscard]] security::RandomSource& random() noexcept { return world_.random; }
    /// As World::keeper.
    [[nodiscard]] keeper::Client* keeper() noexcept { return world_.keeper; }
    /// As attach_outbound().
    [[nodiscard]] outbound::Outbound* outbound() noexcept { return outbound_; }
    [[nodiscard]] Work& work() noexcept { return work_; }
    /// Groups of handlers.
    [[nodiscard]] ImageHandlers& images() noexcept { return images_; }
    [[nodiscard]] JobHandlers& jobs() noexcept { return jobs_; }
    [[nodiscard]] UserHandlers& users() noexcept { return users_; }
    [[nodiscard]] SourceHandlers& sources() noexcept { return sources_; }

    /// A request came: gives it its number and counts it. Before anything else is done with it.
    void receive(Exchange& exchange);
    /// Find out whose request it is and whether it may go on, by its head alone. `begun` is called
    /// from within the call, or later when others have to be asked.
    void begin(const std::shared_ptr<Exchange>& exchange, Surface surface, Begun begun);
    /// Bytes of body that are read; a longer one is refused.
    [[nodiscard]] std::uint64_t body_limit(const Exchange& exchange) const noexcept;
    /// The error for one that is longer.
    [[nodiscard]] Error body_too_large(const Exchange& exchange) const;
    /// What may be decoded for it.
    [[nodiscard]] Limits limits_for(const Exchange& exchange) const;
    /// Does the licence permit what is asked for, as far as it gates that?
    [[nodiscard]] Status check_license(const EnhanceRequest& request) const;
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

    /// Handlers of the route table; those of its groups are in the groups.
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
    void note_keeper();
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
    [[nodiscard]] std::string outbound_metrics() const;

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
    Work work_;
    ImageHandlers images_{*this};
    JobHandlers jobs_{*this};
    UserHandlers users_{*this};
    SourceHandlers sources_{*this};
    outbound::Outbound* outbound_ = nullptr;
    const pages::PageFiles* pages_ = nullptr;
    redis::SharedStore* shared_ = nullptr;
    bool stopping_ = false;
};

}  // namespace limpid::service
