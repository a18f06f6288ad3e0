#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "keeper/client.hpp"
#include "limpid/error.hpp"
#include "service/settings.hpp"

namespace limpid::service {

/// What the licence permits. limpid needs none: it gates what an operator has it gate
/// (`license_required`, `license_features`). Not thread-safe.
class LicenseGate {
public:
    /// @param keeper  borrowed; null: there is no licence.
    /// @return config.invalid_value where something is gated and there is no licence.
    [[nodiscard]] static Result<LicenseGate> make(const Settings& settings,
                                                  const keeper::Hello* facts);

    /// Ask the keeper when it is time to. @return the error to be logged.
    [[nodiscard]] Status refresh(keeper::Client& keeper);
    /// The state, once for each time that it has become another one; nothing: it has not.
    [[nodiscard]] std::optional<std::string> take_change();

    /// May photos be enhanced? @return license.*.
    [[nodiscard]] Status check_use() const;
    /// May this be used: a preset by its name, "jobs", "receipts"? @return license.*.
    [[nodiscard]] Status check_feature(std::string_view name) const;

    /// `grace; days=N` while that is so, else empty.
    [[nodiscard]] std::string header() const;
    /// For everybody: `{"license":…,"required":…}`; for admins with the id, masked.
    [[nodiscard]] std::string json(bool with_id) const;

private:
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] Status check_state() const;

    bool has_license_ = false;
    bool required_ = false;
    std::vector<std::string> gated_;
    std::chrono::seconds interval_{3600};
    /// Absent until the keeper told.
    std::optional<keeper::LicenseFacts> facts_;
    Clock::time_point next_check_{};
    std::optional<security::LicenseState> told_;
};

}  // namespace limpid::service
