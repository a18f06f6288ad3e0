#include "service/auditor.hpp"

#include <chrono>
#include <string>
#include <utility>

namespace limpid::service {

Result<Auditor> Auditor::open(keeper::Client* keeper) {
    Auditor auditor;
    if (keeper == nullptr || !keeper->keeps_audit()) return auditor;
    if (Status status = keeper->open_audit(); !status) {
        return std::unexpected(std::move(status).error());
    }
    auditor.keeper_ = keeper;
    return auditor;
}

void Auditor::note(const audit::Event& event) {
    if (tell_) tell_(event);
    if (keeper_ == nullptr) return;
    // Each try could wait for a disk: maintain() tries again.
    if (failing_ || !write(event)) ++lost_;
}

void Auditor::sample(const audit::Event& event, std::string_view who, std::uint32_t budget) {
    if (keeper_ == nullptr && !tell_) return;
    const auto now = std::chrono::steady_clock::now();
    if (sampler_.admit(event.name, who, budget, now)) note(event);
}

void Auditor::maintain() {
    if (keeper_ == nullptr) return;
    if (failing_) {
        const bool works =
            write({.name = "audit.resumed", .details = {{"lost", std::to_string(lost_)}}});
        if (!works) return;
        failing_ = false;
        lost_ = 0;
    }
    const Status maintained = keeper_->maintain();
    if (!maintained && maintained.error().id() != ErrorCode::keeper_unavailable) {
        fail_with(maintained.error());
    }
    const auto suppressed = sampler_.take_suppressed(std::chrono::steady_clock::now());
    if (suppressed.empty()) return;
    audit::Event event{.name = "events.suppressed"};
    for (const auto& [name, count] : suppressed) event.details[name] = std::to_string(count);
    note(event);
}

std::optional<Error> Auditor::take_error() { return std::exchange(error_, std::nullopt); }

bool Auditor::write(const audit::Event& event) {
    // What the keeper owes is not lost.
    if (const auto appended = keeper_->append(event); !appended) {
        fail_with(appended.error());
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
