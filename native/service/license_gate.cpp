#include "service/license_gate.hpp"

#include <algorithm>
#include <utility>

#include "limpid/security/license.hpp"
#include "service/text.hpp"

namespace limpid::service {

Result<LicenseGate> LicenseGate::make(const Settings& settings, const keeper::Hello* facts) {
    LicenseGate gate;
    gate.has_license_ = facts != nullptr && facts->license;
    gate.required_ = settings.license_required;
    gate.gated_ = split(settings.license_features, ',');
    const auto lease_s = static_cast<std::int64_t>(settings.license_lease_s);
    // Twice it may fail before the lease is over.
    if (!settings.license_leases_dir.empty()) {
        gate.interval_ = std::chrono::seconds(std::clamp<std::int64_t>(lease_s / 3, 1, 3600));
    }
    if (!gate.has_license_ && (gate.required_ || !gate.gated_.empty())) {
        return fail(ErrorCode::config_invalid_value,
                    "license_required and license_features need a license_key");
    }
    return gate;
}

Status LicenseGate::refresh(keeper::Client& keeper) {
    if (!has_license_ || Clock::now() < next_check_) return {};
    auto facts = keeper.check_license();
    if (!facts) {
        // The keeper's own trouble is told elsewhere, and over soon.
        if (facts.error().id() == ErrorCode::keeper_unavailable) return {};
        next_check_ = Clock::now() + interval_;
        return std::unexpected(std::move(facts).error());
    }
    next_check_ = Clock::now() + interval_;
    facts_ = *std::move(facts);
    return {};
}

std::optional<std::string> LicenseGate::take_change() {
    if (!facts_ || told_ == facts_->state) return std::nullopt;
    told_ = facts_->state;
    return std::string(to_string(facts_->state));
}

Status LicenseGate::check_state() const {
    if (!facts_) return fail(ErrorCode::keeper_unavailable, "the licence was not looked at yet");
    security::LicenseStatus status;
    status.state = facts_->state;
    return security::require_license(status);
}

Status LicenseGate::check_use() const { return required_ ? check_state() : Status(); }

Status LicenseGate::check_feature(std::string_view name) const {
    if (std::ranges::find(gated_, name) == gated_.end()) return {};
    if (Status status = check_state(); !status) return status;
    const auto licensed = split(facts_->features, ',');
    if (std::ranges::find(licensed, name) != licensed.end()) return {};
    return fail(ErrorCode::license_feature_not_licensed, std::string(name));
}

std::string LicenseGate::header() const {
    if (!facts_ || facts_->state != security::LicenseState::grace) return {};
    return "grace; days=" + std::to_string(facts_->grace_days_left);
}

std::string LicenseGate::json(bool with_id) const {
    std::string text = "{";
    // Of digits, letters, hyphens and dots: a GUID, masked.
    if (with_id && facts_) text += R"("id":")" + facts_->masked_id + R"(",)";
    text += R"("license":)" + (facts_ ? facts_->status_json : std::string("null"));
    return text + R"(,"required":)" + (required_ ? "true}" : "false}");
}

}  // namespace limpid::service
