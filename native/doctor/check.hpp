#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "doctor/subject.hpp"

namespace limpid::doctor {

/// What a finding weighs: fail is counted by the exit code, warn should be looked at, info is said
/// for the record.
enum class Severity : std::uint8_t { fail, warn, info };

/// When a check applies: always, in production only, or to a running service only.
enum class When : std::uint8_t { always, production, live };

/// What a check says.
enum class Verdict : std::uint8_t { ok, finding, skipped };

/// The answer of one check.
struct Outcome {
    Verdict verdict = Verdict::ok;
    /// What was found, or why it was skipped; one line, no secret. Empty when there is nothing to
    /// add to the title.
    std::string detail;
};

[[nodiscard]] inline Outcome fine(std::string detail = {}) {
    return {Verdict::ok, std::move(detail)};
}
[[nodiscard]] inline Outcome found(std::string detail) {
    return {Verdict::finding, std::move(detail)};
}
[[nodiscard]] inline Outcome skipped(std::string why) { return {Verdict::skipped, std::move(why)}; }
/// A finding when `wrong` says something, else fine.
[[nodiscard]] inline Outcome found_if(std::string wrong) {
    return wrong.empty() ? fine() : found(std::move(wrong));
}

/// One row of checks.def. All text has static storage duration.
struct Check {
    /// "files.config_writable": stable, so that scripts can name it.
    std::string_view id;
    std::string_view group;
    Severity severity;
    When when;
    /// Requirements it stands for, as tests are named after them ("P18 V10"); may be empty.
    std::string_view rows;
    /// What holds, when the check is ok.
    std::string_view title;
    /// What to do about a finding.
    std::string_view remedy;
    Outcome (*run)(const Subject& subject);
};

/// The table, in the order of checks.def.
[[nodiscard]] std::span<const Check> checks() noexcept;

/// The functions of the table: group_name() for each row. They read the subject and nothing else.
#define LIMPID_CHECK(group, name, severity, when, rows, title, remedy) \
    [[nodiscard]] Outcome group##_##name(const Subject& subject);
#include "doctor/checks.def"
#undef LIMPID_CHECK

}  // namespace limpid::doctor
