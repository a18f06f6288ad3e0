#pragma once

#include <span>
#include <string>
#include <vector>

#include "doctor/check.hpp"

namespace limpid::doctor {

/// One check and what it said.
struct Examined {
    const Check* check = nullptr;
    Outcome outcome;
};

/// How many said what. Findings are counted by their severity.
struct Summary {
    int ok = 0;
    int failed = 0;
    int warned = 0;
    int informed = 0;
    int skipped = 0;
};

/// Run every check of the table, in its order. What is for production is skipped in development,
/// and what is for a running service without one.
[[nodiscard]] std::vector<Examined> examine(const Subject& subject);

[[nodiscard]] Summary summarise(std::span<const Examined> examined) noexcept;

/// Exit code: the number of findings of severity fail, 100 at most.
[[nodiscard]] int exit_code_of(const Summary& summary) noexcept;

/// Lines for people: what was fixed, groups, `ok`, `WARN`, `FAIL`, `info` or `skip` before each
/// title, the remedy below each finding, and the numbers. Control characters are made visible.
/// @param fixed  lines of fix_modes().
[[nodiscard]] std::string report_text(const Subject& subject, std::span<const Examined> examined,
                                      std::span<const std::string> fixed);

/// The same as one line of JSON; docs/doctor.md describes it.
[[nodiscard]] std::string report_json(const Subject& subject, std::span<const Examined> examined,
                                      std::span<const std::string> fixed);

}  // namespace limpid::doctor
