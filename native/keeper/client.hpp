#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/record.hpp"
#include "keeper/message.hpp"
#include "keeper/protocol.hpp"
#include "limpid/error.hpp"
#include "limpid/security/types.hpp"
#include "platform/file_descriptor.hpp"

namespace limpid::keeper {

/// How a keeper is started and waited for.
struct ClientOptions {
    /// Absolute path of limpid-keeper.
    std::string program;
    /// After refer_to_variables().
    Setup setup;
    /// What take_variables() gave.
    platform::FileDescriptor variables;
    /// For a keeper to be ready, and, apart from that, for it to have read the audit log.
    std::chrono::milliseconds start_timeout{60'000};
    /// For an answer; a caller waits as long at most.
    std::chrono::milliseconds call_timeout{1'000};
    /// For an answer that nobody waits for any more; then the keeper is replaced.
    std::chrono::milliseconds patience{10'000};
};

/// What became of an event.
enum class Appended : std::uint8_t {
    written,
    kept,  ///< to be written as soon as there is a keeper
};

/// limpidd's side of its keeper: starts it, asks it, and starts it anew when it is gone. Events
/// that it was told to put on record and did not confirm are told again, and are on record once.
///
/// Calls wait for the answer, call_timeout at most. Believes nothing but what the protocol allows:
/// a keeper that says anything else is ended. Not thread-safe; a keeper ends with the thread that
/// started it.
class Client {
public:
    /// Start a keeper, and wait until it is ready.
    /// @return keeper.unavailable when it does not start, is of another version or is not confined;
    ///         the errors of read_secrets(), which it makes.
    [[nodiscard]] static Result<std::unique_ptr<Client>> start(ClientOptions options);
    /// Ends the keeper, and waits for that, a second at most.
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// What it has. Stays known while there is no keeper.
    [[nodiscard]] const Hello& facts() const noexcept { return facts_; }
    /// Setup::instance.
    [[nodiscard]] const std::string& instance() const noexcept { return options_.setup.instance; }
    /// Is there an audit log to write?
    [[nodiscard]] bool keeps_audit() const noexcept { return !options_.setup.audit_file.empty(); }

    /// Open the audit log; waits as start() does. Once, before append().
    /// @return the errors of AuditLog::open(); keeper.unavailable.
    [[nodiscard]] Status open_audit();

    /// A keeper of other settings, which is ready but has no audit log yet.
    class Candidate;
    /// Start one; the keeper there is goes on. @return as start().
    [[nodiscard]] Result<std::unique_ptr<Candidate>> prepare(Setup setup) const;
    /// Let it take the place of the present one.
    void adopt(std::unique_ptr<Candidate> candidate);

    /// @return the errors of security::verify_jwt(); keeper.unavailable.
    [[nodiscard]] Result<TokenFacts> verify_token(std::string_view token,
                                                  security::UnixSeconds now);
    /// Put an event on record.
    /// @return the errors of AuditLog::append(); keeper.unavailable when there is no room to keep
    ///         it for later either. It is lost then.
    [[nodiscard]] Result<Appended> append(const audit::Event& event);
    /// As AuditLog::maintain(). @return also keeper.unavailable.
    [[nodiscard]] Status maintain();
    /// @return secret.not_found without a licence; io.unreadable, io.unwritable of the leases;
    ///         keeper.unavailable.
    [[nodiscard]] Result<LicenseFacts> check_license();
    /// @return secret.not_found without a key; as sign_manifest(); keeper.unavailable.
    [[nodiscard]] Result<std::string> sign_manifest(std::string manifest_json);

    /// Take notice of its end, go on starting it anew, write what was kept. Call it often.
    void tick();
    /// Before the end: write what was kept, and wait for that, so long at most.
    /// @return how many events are not on record.
    [[nodiscard]] std::size_t write_owed(std::chrono::milliseconds timeout);
    /// Does it answer, as far as is known?
    [[nodiscard]] bool available();
    /// Events that are not on record yet.
    [[nodiscard]] std::size_t owed() const noexcept { return owed_.size(); }
    /// Keepers that ended unasked.
    [[nodiscard]] std::uint64_t deaths() const noexcept { return deaths_; }
    /// Why the last one ended, once for each.
    [[nodiscard]] std::optional<Error> take_error();

private:
    struct Running;
    enum class State : std::uint8_t {
        idle,      ///< it holds nothing and was let go
        down,      ///< to be started at retry_at_
        greeting,  ///< started; has to say that it is ready
        opening,   ///< has to open the audit log
        ready,
    };
    using Clock = std::chrono::steady_clock;
    /// A question that was sent and that nobody waits for any more.
    struct Outstanding {
        std::uint64_t id = 0;
        bool is_append = false;
        Clock::time_point until;
    };

    explicit Client(ClientOptions options);
    [[nodiscard]] static Result<std::unique_ptr<Running>> spawn(
        const std::string& program, const Setup& setup, const platform::FileDescriptor& vars);
    [[nodiscard]] static Status await_hello(Running& running, std::chrono::milliseconds timeout,
                                            Hello& hello);
    void settle();
    void settle_ready();
    void settle_start();
    [[nodiscard]] bool send_open_audit();
    void take_opened(const Answer& answer);
    void take_late(const Answer& answer);
    void respawn();
    void be_ready();
    void lose(std::string reason);
    [[nodiscard]] Result<Answer> call(MessageKind kind, std::uint64_t id, const std::string& json);
    [[nodiscard]] Result<Appended> write_front();
    void note_written(std::uint64_t seq);

    ClientOptions options_;
    Hello facts_;
    State state_ = State::ready;
    std::unique_ptr<Running> running_;
    std::uint64_t last_id_ = 0;
    std::optional<Outstanding> outstanding_;
    Clock::time_point started_at_{};
    Clock::time_point retry_at_{};
    int failures_ = 0;
    bool audit_open_ = false;
    /// Of the last event that is known to be on record.
    std::uint64_t last_seq_ = 0;
    /// Not on record yet; was the first of them sent?
    std::deque<audit::Event> owed_;
    bool is_front_sent_ = false;
    std::uint64_t deaths_ = 0;
    std::optional<Error> error_;
};

}  // namespace limpid::keeper
