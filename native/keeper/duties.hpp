#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "audit/audit_log.hpp"
#include "keeper/leases.hpp"
#include "keeper/message.hpp"
#include "keeper/protocol.hpp"
#include "keeper/secrets.hpp"
#include "limpid/error.hpp"
#include "limpid/security/types.hpp"

namespace limpid::keeper {

/// Is the audit key the one that the log's head was made with? Looks at a log that another keeper
/// may be writing. @return audit.broken, key.too_short, io.unreadable.
[[nodiscard]] Status check_audit_key(const Setup& setup, const Secrets& secrets);

/// What a keeper does with what it holds. Not thread-safe.
class Duties {
public:
    /// @param random  borrowed.
    Duties(Setup setup, Secrets secrets, security::RandomSource& random);
    /// Gives its lease back.
    ~Duties();
    Duties(const Duties&) = delete;
    Duties& operator=(const Duties&) = delete;

    /// Ready, as far as it knows itself.
    [[nodiscard]] Hello hello() const;

    /// Answer a question. Nothing: it is none, and whoever asked is not limpidd.
    [[nodiscard]] std::optional<Answer> answer(MessageKind kind, std::string_view json);

private:
    template <class T>
    [[nodiscard]] std::optional<Answer> respond(const std::optional<T>& question,
                                                void (Duties::*act)(const T&, Answer&));
    void verify(const VerifyToken& question, Answer& answer);
    void open_audit(const OpenAudit& question, Answer& answer);
    void append(const Append& question, Answer& answer);
    void maintain(const Ask& question, Answer& answer);
    void tell_license(const Ask& question, Answer& answer);
    void sign(const SignManifest& question, Answer& answer);
    [[nodiscard]] Result<LicenseFacts> license_facts();

    Setup setup_;
    Secrets secrets_;
    security::RandomSource& random_;
    std::unique_ptr<audit::AuditLog> log_;
    /// Where the licence has a number of instances.
    std::optional<Leases> leases_;
    std::optional<security::LicenseMemory> license_memory_;
};

}  // namespace limpid::keeper
