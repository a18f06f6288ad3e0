#include "service/auditor.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace limpid::service {

Result<Auditor> Auditor::open(const Settings& settings, const security::Secret* key,
                              security::RandomSource& random) {
    Auditor auditor;
    if (settings.audit_file.empty()) return auditor;
    auto log = audit::AuditLog::open({.file = settings.audit_file,
                                      .key = key,
                                      .sync_each = settings.audit_fsync == "always",
                                      .max_bytes = settings.audit_max_bytes,
                                      .retention_days = settings.audit_retention_days},
                                     random);
    if (!log) return std::unexpected(std::move(log).error());
    auditor.log_ = *std::move(log);
    return auditor;
}

void Auditor::note(const audit::Event& event) {
    if (tell_) tell_(event);
    if (!log_) return;
    // Each try could wait for a disk: maintain() tries again.
    if (failing_ || !write(event)) ++lost_;
}

void Auditor::sample(const audit::Event& event, std::string_view who, std::uint32_t budget) {
    if (!log_ && !tell_) return;
    const auto now = std::chrono::steady_clock::now();
    if (sampler_.admit(event.name, who, budget, now)) note(event);
}

void Auditor::maintain() {
    if (!log_) return;
    if (failing_) {
        const bool works =
            write({.name = "audit.resumed", .details = {{"lost", std::to_string(lost_)}}});
        if (!works) return;
        failing_ = false;
        lost_ = 0;
    }
    if (const Status status = log_->maintain(); !status) fail_with(status.error());
    const auto suppressed = sampler_.take_suppressed(std::chrono::steady_clock::now());
    if (suppressed.empty()) return;
    audit::Event event{.name = "events.suppressed"};
    for (const auto& [name, count] : suppressed) event.details[name] = std::to_string(count);
    note(event);
}

std::optional<Error> Auditor::take_error() { return std::exchange(error_, std::nullopt); }

bool Auditor::write(const audit::Event& event) {
    if (const Status status = log_->append(event); !status) {
        fail_with(status.error());
        return false;
    }
    ++records_;
    return true;
}

void Auditor::fail_with(const Error& error) {
    if (failing_) return;
    failing_ = true;
    ++failures_;
    error_ = error;
}

}  // namespace limpid::service
