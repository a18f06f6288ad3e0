#include "doctor/examination.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "limpid/version.hpp"
#include "platform/printable.hpp"

namespace limpid::doctor {
namespace {

constexpr std::array kChecks = {
#define LIMPID_CHECK(group, name, severity, when, rows, title, remedy)                   \
    Check{#group "." #name, #group,         Severity::severity, When::when, rows, title, \
          remedy,           &group##_##name},
#include "doctor/checks.def"
#undef LIMPID_CHECK
};

Outcome run_check(const Check& check, const Subject& subject) {
    if (check.when == When::production && subject.profile != Profile::production) {
        return skipped("for production");
    }
    if (check.when == When::live && !subject.live) return skipped("no --live");
    return check.run(subject);
}

std::string_view word_of(const Examined& examined) {
    switch (examined.outcome.verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::skipped:
            return "skip";
        case Verdict::finding:
            break;
    }
    switch (examined.check->severity) {
        case Severity::fail:
            return "FAIL";
        case Severity::warn:
            return "WARN";
        case Severity::info:
            break;
    }
    return "info";
}

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::fail:
            return "fail";
        case Severity::warn:
            return "warn";
        case Severity::info:
            break;
    }
    return "info";
}

std::string_view name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::finding:
            return "finding";
        case Verdict::skipped:
            break;
    }
    return "skipped";
}

std::string_view name_of(Profile profile) {
    return profile == Profile::production ? "production" : "development";
}

std::string line_for(const Examined& examined) {
    const std::string_view word = word_of(examined);
    std::string line = "  " + std::string(word) + std::string(5 - word.size(), ' ');
    line += std::string(examined.check->title);
    if (!examined.outcome.detail.empty()) line += ": " + examined.outcome.detail;
    line = platform::escaped(line) + "\n";
    if (examined.outcome.verdict == Verdict::finding) {
        line += "       " + std::string(examined.check->id) + "; " +
                std::string(examined.check->remedy) + "\n";
    }
    return line;
}

}  // namespace

std::span<const Check> checks() noexcept { return kChecks; }

std::vector<Examined> examine(const Subject& subject) {
    std::vector<Examined> examined;
    examined.reserve(kChecks.size());
    for (const Check& check : kChecks) examined.push_back({&check, run_check(check, subject)});
    return examined;
}

Summary summarise(std::span<const Examined> examined) noexcept {
    Summary summary;
    for (const Examined& one : examined) {
        if (one.outcome.verdict == Verdict::ok) {
            ++summary.ok;
        } else if (one.outcome.verdict == Verdict::skipped) {
            ++summary.skipped;
        } else if (one.check->severity == Severity::fail) {
            ++summary.failed;
        } else if (one.check->severity == Severity::warn) {
            ++summary.warned;
        } else {
            ++summary.informed;
        }
    }
    return summary;
}

int exit_code_of(const Summary& summary) noexcept { return std::min(summary.failed, 100); }

std::string report_text(const Subject& subject, std::span<const Examined> examined,
                        std::span<const std::string> fixed) {
    std::string text;
    for (const std::string& line : fixed) text += platform::escaped(line) + "\n";
    std::string_view group;
    for (const Examined& one : examined) {
        if (one.check->group != group) {
            group = one.check->group;
            text += std::string(group) + "\n";
        }
        text += line_for(one);
    }
    const Summary summary = summarise(examined);
    text += std::to_string(examined.size()) + " checks for " +
            std::string(name_of(subject.profile)) + ": " + std::to_string(summary.ok) + " ok, " +
            std::to_string(summary.failed) + " FAIL, " + std::to_string(summary.warned) +
            " WARN, " + std::to_string(summary.informed) + " info, " +
            std::to_string(summary.skipped) + " skipped\n";
    return text;
}

std::string report_json(const Subject& subject, std::span<const Examined> examined,
                        std::span<const std::string> fixed) {
    nlohmann::json list = nlohmann::json::array();
    for (const Examined& one : examined) {
        nlohmann::json entry = {
            {"detail", one.outcome.detail},
            {"group", std::string(one.check->group)},
            {"id", std::string(one.check->id)},
            {"severity", std::string(name_of(one.check->severity))},
            {"title", std::string(one.check->title)},
            {"verdict", std::string(name_of(one.outcome.verdict))},
        };
        if (one.outcome.verdict == Verdict::finding) {
            entry["remedy"] = std::string(one.check->remedy);
        }
        list.push_back(std::move(entry));
    }
    const Summary summary = summarise(examined);
    const nlohmann::json report = {
        {"checks", std::move(list)},
        {"fixed", std::vector<std::string>(fixed.begin(), fixed.end())},
        {"profile", std::string(name_of(subject.profile))},
        {"summary",
         {{"failed", summary.failed},
          {"informed", summary.informed},
          {"ok", summary.ok},
          {"skipped", summary.skipped},
          {"warned", summary.warned}}},
        {"version", LIMPID_VERSION_STRING},
    };
    // Paths need not be UTF-8, JSON has to be.
    return report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace limpid::doctor
