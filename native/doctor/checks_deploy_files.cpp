#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/deploy_files.hpp"
#include "doctor/secret_scan.hpp"
#include "doctor/words.hpp"
#include "limpid/security/redact.hpp"
#include "platform/printable.hpp"
#include "service/text.hpp"

// Dockerfile and limpidd.service: as whom and how confined the service runs.
namespace limpid::doctor {
namespace {

bool has_stage(const std::vector<DockerInstruction>& instructions) {
    return !instructions.empty() && instructions.back().stage >= 0;
}

template <class Judge>
Outcome with_dockerfile(const Subject& subject, Judge judge) {
    if (!subject.deploy || !subject.deploy->dockerfile) return skipped("no Dockerfile");
    const auto instructions = read_dockerfile(*subject.deploy->dockerfile);
    return has_stage(instructions) ? judge(instructions) : skipped("it has no FROM");
}

template <class Judge>
Outcome with_unit(const Subject& subject, Judge judge) {
    if (!subject.deploy || !subject.deploy->unit) return skipped("no limpidd.service");
    return judge(read_unit_service(*subject.deploy->unit));
}

bool is_yes(const std::optional<std::string>& value) {
    return value == "yes" || value == "true" || value == "on" || value == "1";
}

/// Does a word of an instruction name a file or variable of secrets?
bool names_secret(const DockerInstruction& instruction) {
    std::string text = service::lower_case(instruction.arguments);
    // Also in the form of JSON: COPY ["a", "b"].
    std::ranges::replace_if(
        text, [](char c) { return std::string_view("[]\"',\t").contains(c); }, ' ');
    for (const std::string& word : service::split(text, ' ')) {
        const std::string_view base = std::string_view(word).substr(word.rfind('/') + 1);
        if (base == ".env" || base.ends_with(".pem") || base.ends_with(".key") ||
            base.ends_with(".p12") || base == "api-keys" || base.starts_with("id_rsa")) {
            return true;
        }
        const std::string_view name = std::string_view(word).substr(0, word.find('='));
        const bool variable = instruction.name == "ARG" || instruction.name == "ENV";
        if (variable && security::is_sensitive_name(name) && !name.ends_with("_file")) return true;
    }
    return false;
}

/// FROM [--platform=…] IMAGE [AS NAME]
std::vector<std::string> from_words(const DockerInstruction& from) {
    std::vector<std::string> words = service::split(from.arguments, ' ');
    std::erase_if(words, [](const std::string& word) { return word.starts_with("--"); });
    return words;
}

/// An image with a version: `name:tag` or `name@digest`, not `latest`.
bool is_pinned(std::string_view image) {
    if (image == "scratch" || image.contains('@')) return true;
    const std::string_view base = image.substr(image.rfind('/') + 1);
    const std::size_t colon = base.find(':');
    return colon != std::string_view::npos && base.substr(colon + 1) != "latest";
}

/// Names that FROM or COPY --from may use instead of an image.
std::vector<std::string> stage_names(const std::vector<DockerInstruction>& instructions) {
    std::vector<std::string> names;
    for (const DockerInstruction& instruction : instructions) {
        if (instruction.name != "FROM") continue;
        const std::vector<std::string> words = from_words(instruction);
        if (words.size() == 3) names.push_back(words[2]);
    }
    return names;
}

/// systemd's seconds: a number, or with units s, min and h. Nothing for what is more involved.
std::optional<std::uint64_t> seconds_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return std::nullopt;
    const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
    if (unit.empty() || unit == "s" || unit == "sec") return value;
    if (unit == "min" || unit == "m") return value * 60;
    return unit == "h" ? std::optional(value * 3600) : std::nullopt;
}

}  // namespace

Outcome deploy_docker_user(const Subject& subject) {
    if (subject.deploy && subject.deploy->dockerfile &&
        !has_stage(read_dockerfile(*subject.deploy->dockerfile))) {
        return found("the Dockerfile has no FROM");
    }
    return with_dockerfile(subject, [](const std::vector<DockerInstruction>& instructions) {
        std::string user;
        for (const DockerInstruction& instruction : instructions) {
            if (instruction.name == "FROM") user.clear();
            if (instruction.name == "USER") user = instruction.arguments;
        }
        const std::string name = user.substr(0, user.find(':'));
        const bool root =
            name.empty() || name == "root" || name.find_first_not_of('0') == std::string::npos;
        return root ? found("USER " + (user.empty() ? "is missing" : platform::printable(user)))
                    : fine();
    });
}

Outcome deploy_docker_secrets(const Subject& subject) {
    return with_dockerfile(subject, [&](const std::vector<DockerInstruction>& instructions) {
        std::vector<std::string> wrong;
        for (const DockerInstruction& instruction : instructions) {
            const bool copies = instruction.name == "COPY" || instruction.name == "ADD";
            const bool sets = instruction.name == "ARG" || instruction.name == "ENV";
            if ((copies || sets) && names_secret(instruction)) {
                // Not its value, which may be the secret.
                wrong.push_back(instruction.name + " of a secret in stage " +
                                std::to_string(instruction.stage));
            }
        }
        const auto hits = scan_for_secrets("Dockerfile", *subject.deploy->dockerfile);
        if (!hits.empty() && wrong.empty()) wrong.push_back(describe_hits(hits));
        return found_if(listed(wrong));
    });
}

Outcome deploy_docker_stages(const Subject& subject) {
    return with_dockerfile(subject, [](const std::vector<DockerInstruction>& instructions) {
        const bool copies = std::ranges::any_of(instructions, [](const auto& instruction) {
            return instruction.name == "COPY" && instruction.arguments.contains("--from=");
        });
        if (instructions.back().stage > 0 && copies) return fine();
        return found("there is one stage");
    });
}

Outcome deploy_docker_base(const Subject& subject) {
    return with_dockerfile(subject, [](const std::vector<DockerInstruction>& instructions) {
        const std::vector<std::string> stages = stage_names(instructions);
        std::vector<std::string> wrong;
        for (const DockerInstruction& instruction : instructions) {
            if (instruction.name != "FROM") continue;
            const std::vector<std::string> words = from_words(instruction);
            if (words.empty() || std::ranges::find(stages, words[0]) != stages.end()) continue;
            if (!is_pinned(words[0])) wrong.push_back(platform::printable(words[0]));
        }
        return found_if(listed(wrong));
    });
}

Outcome deploy_docker_health(const Subject& subject) {
    return with_dockerfile(subject, [](const std::vector<DockerInstruction>& instructions) {
        const bool checked = std::ranges::any_of(instructions, [&](const auto& instruction) {
            return instruction.name == "HEALTHCHECK" && instruction.arguments != "NONE" &&
                   instruction.stage == instructions.back().stage;
        });
        return checked ? fine() : found("there is no HEALTHCHECK");
    });
}

Outcome deploy_unit_user(const Subject& subject) {
    return with_unit(subject, [](const UnitEntries& unit) {
        if (is_yes(last_value(unit, "DynamicUser"))) return fine();
        const std::string user = last_value(unit, "User").value_or("");
        const bool root = user.empty() || user == "root" || user == "0";
        return root ? found("User=" + platform::printable(user)) : fine();
    });
}

Outcome deploy_unit_privileges(const Subject& subject) {
    return with_unit(subject, [](const UnitEntries& unit) {
        return is_yes(last_value(unit, "NoNewPrivileges")) ? fine()
                                                           : found("NoNewPrivileges is not yes");
    });
}

Outcome deploy_unit_capabilities(const Subject& subject) {
    return with_unit(subject, [](const UnitEntries& unit) {
        const auto bounding = last_value(unit, "CapabilityBoundingSet");
        const std::string ambient = last_value(unit, "AmbientCapabilities").value_or("");
        const auto allowed = [](std::string_view names) {
            return names.empty() || names == "CAP_NET_BIND_SERVICE";
        };
        if (!bounding) return found("CapabilityBoundingSet= is missing");
        if (!allowed(*bounding)) return found("CapabilityBoundingSet=" + *bounding);
        return allowed(ambient) ? fine() : found("AmbientCapabilities=" + ambient);
    });
}

Outcome deploy_unit_filesystem(const Subject& subject) {
    return with_unit(subject, [](const UnitEntries& unit) {
        const std::string value = last_value(unit, "ProtectSystem").value_or("");
        return value == "strict" ? fine() : found("ProtectSystem=" + value);
    });
}

Outcome deploy_unit_secrets(const Subject& subject) {
    return with_unit(subject, [](const UnitEntries& unit) {
        std::vector<std::string> wrong;
        for (const auto& [name, value] : unit) {
            if (name == "SetCredential") wrong.push_back(name);
            if (name != "Environment") continue;
            for (const std::string& word : service::split(value, ' ')) {
                const std::size_t begin = std::min(word.find_first_not_of("\"'"), word.size());
                const std::string key = word.substr(begin, word.find('=') - begin);
                if (security::is_sensitive_name(key) && !key.ends_with("_FILE")) {
                    wrong.push_back(platform::printable(key));
                }
            }
        }
        return found_if(listed(wrong));
    });
}

Outcome deploy_unit_limits(const Subject& subject) {
    return with_unit(subject, [](const UnitEntries& unit) {
        std::vector<std::string> missing;
        for (const char* const name : {"MemoryMax", "TasksMax"}) {
            const auto value = last_value(unit, name);
            if (!value || value->empty() || *value == "infinity") missing.emplace_back(name);
        }
        return found_if(missing.empty() ? "" : "without " + listed(missing));
    });
}

Outcome deploy_unit_stop(const Subject& subject) {
    return with_unit(subject, [&](const UnitEntries& unit) {
        if (!subject.config.settings) return skipped("the settings cannot be read");
        // systemd's own default is 90 seconds.
        const std::string text = last_value(unit, "TimeoutStopSec").value_or("90");
        const auto seconds = seconds_of(text);
        if (!seconds) return skipped("TimeoutStopSec=" + text + " is not understood");
        if (*seconds > subject.config.settings->drain_timeout_s) return fine();
        return found("TimeoutStopSec=" + text + ", drain_timeout_s = " +
                     std::to_string(subject.config.settings->drain_timeout_s));
    });
}

}  // namespace limpid::doctor
