#include <cstdint>
#include <string>

#include "doctor/check.hpp"
#include "doctor/file_modes.hpp"
#include "doctor/words.hpp"
#include "platform/printable.hpp"

// The licence that was named, as the core judges it. Findings hold no id, licensee or key.
namespace limpid::doctor {
namespace {

using security::LicenseState;

Outcome no_license() { return skipped("no --license"); }

/// The licence, when it is genuine.
const security::License* genuine(const Subject& subject) {
    if (!subject.license || subject.license->error || !subject.license->status.license) {
        return nullptr;
    }
    return &*subject.license->status.license;
}

}  // namespace

Outcome license_genuine(const Subject& subject) {
    if (!subject.license) return no_license();
    if (subject.license->error) return found(subject.license->error->message());
    const LicenseState state = subject.license->status.state;
    const bool wrong = state == LicenseState::not_genuine || state == LicenseState::malformed;
    return wrong ? found(std::string(to_string(state))) : fine();
}

Outcome license_state(const Subject& subject) {
    if (!subject.license) return no_license();
    if (genuine(subject) == nullptr) return skipped("it is not genuine");
    if (subject.license->status.usable()) return fine();
    return found(std::string(to_string(subject.license->status.state)));
}

Outcome license_grace(const Subject& subject) {
    if (!subject.license) return no_license();
    if (genuine(subject) == nullptr) return skipped("it is not genuine");
    const security::LicenseStatus& status = subject.license->status;
    if (status.state != LicenseState::grace || !status.grace_until) return fine();
    return found("its grace ends " + days_from(status.grace_until->value - subject.now.value));
}

Outcome license_days_left(const Subject& subject) {
    if (!subject.license) return no_license();
    if (genuine(subject) == nullptr) return skipped("it is not genuine");
    const security::LicenseStatus& status = subject.license->status;
    if (status.state != LicenseState::active) return skipped("it is not active");
    constexpr std::int64_t kSoon = 30;
    if (!status.days_left) return fine("it has no end");
    const std::string left = std::to_string(*status.days_left) + " days left";
    return *status.days_left >= kSoon ? fine(left) : found(left);
}

Outcome license_clock(const Subject& subject) {
    if (!subject.license) return no_license();
    const security::License* const license = genuine(subject);
    if (license == nullptr) return skipped("it is not genuine");
    constexpr std::int64_t kToleranceSeconds = 300;
    const std::int64_t behind = license->issued_at.value - subject.now.value;
    return behind <= kToleranceSeconds
               ? fine()
               : found("the clock is " + std::to_string(behind) + " seconds behind");
}

Outcome license_file_mode(const Subject& subject) {
    if (!subject.license) return no_license();
    for (const FileFacts& file : subject.files) {
        if (file.role != FileRole::license || is_managed(file)) continue;
        if ((file.mode & ~allowed_mode(file.role).value_or(07777U)) == 0) return fine();
        return found(platform::printable(file.path) + " has mode " + octal(file.mode));
    }
    return skipped("it is no file");
}

}  // namespace limpid::doctor
