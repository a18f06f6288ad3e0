#include "doctor/deploy_files.hpp"

#include <algorithm>
#include <cstddef>

#include "doctor/yaml.hpp"
#include "service/text.hpp"

namespace limpid::doctor {
namespace {

/// Does anything in a JSON value, names aside, hold the word?
bool mentions(const nlohmann::json& value, std::string_view word) {
    if (value.is_string()) return value.get_ref<const std::string&>().contains(word);
    if (!value.is_structured()) return false;
    return std::any_of(value.begin(), value.end(),
                       [word](const nlohmann::json& part) { return mentions(part, word); });
}

bool runs_limpidd(const std::string& name, const nlohmann::json& service) {
    if (!service.is_object()) return false;
    if (name.contains("limpid")) return true;
    for (const char* const key : {"image", "command", "entrypoint", "container_name"}) {
        if (service.contains(key) && mentions(service.at(key), "limpid")) return true;
    }
    return false;
}

/// Lines with those that a backslash continues joined; the backslash becomes a blank.
std::vector<std::string> joined_lines(std::string_view text) {
    std::vector<std::string> lines;
    bool continued = false;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        const std::string_view bare = service::trimmed(line);
        // Comments may stand between continued lines.
        if (bare.starts_with('#') || (bare.starts_with(';') && !continued)) continue;
        const bool more = bare.ends_with('\\');
        const std::string_view kept = more ? bare.substr(0, bare.size() - 1) : bare;
        if (continued) {
            lines.back() += " " + std::string(kept);
        } else {
            lines.emplace_back(kept);
        }
        continued = more;
    }
    return lines;
}

/// The word that ends the text which an instruction takes from the next lines (`RUN <<EOF`); empty:
/// it takes none.
std::string heredoc_end(std::string_view arguments) {
    const std::size_t mark = arguments.find("<<");
    if (mark == std::string_view::npos) return {};
    std::string_view word = arguments.substr(mark + 2);
    while (!word.empty() && std::string_view("-\"'").contains(word.front())) word.remove_prefix(1);
    return std::string(word.substr(0, word.find_first_of(" \t\"';&|>")));
}

}  // namespace

nlohmann::json Compose::member(std::string_view key) const {
    const auto found = service().find(key);
    return found == service().end() ? nlohmann::json() : *found;
}

std::vector<std::string> Compose::list(std::string_view key) const {
    std::vector<std::string> texts;
    const nlohmann::json value = member(key);
    if (value.is_string()) return {value.get<std::string>()};
    if (!value.is_array()) return texts;
    for (const nlohmann::json& element : value) {
        if (element.is_string()) texts.push_back(element.get<std::string>());
    }
    return texts;
}

Result<Compose> read_compose(std::string_view text) {
    auto document = parse_yaml(text);
    if (!document) return std::unexpected(document.error());
    if (document->is_object() && document->contains("services") &&
        document->at("services").is_object()) {
        for (const auto& [name, service] : document->at("services").items()) {
            if (!runs_limpidd(name, service)) continue;
            const std::string chosen = name;
            return Compose{*std::move(document), chosen};
        }
    }
    return fail(ErrorCode::config_unreadable_file, "no service runs limpidd");
}

std::vector<DockerInstruction> read_dockerfile(std::string_view text) {
    std::vector<DockerInstruction> instructions;
    int stage = -1;
    std::string until;
    for (const std::string& line : joined_lines(text)) {
        if (!until.empty()) {
            if (line == until) until.clear();
            continue;
        }
        const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
        std::string name = line.substr(0, blank);
        if (name.empty()) continue;
        for (char& c : name) {
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        }
        if (name == "FROM") ++stage;
        instructions.push_back(
            {name, std::string(service::trimmed(std::string_view(line).substr(blank))), stage});
        if (name == "RUN" || name == "COPY" || name == "ADD") {
            until = heredoc_end(instructions.back().arguments);
        }
    }
    return instructions;
}

UnitEntries read_unit_service(std::string_view text) {
    UnitEntries entries;
    bool inside = false;
    for (const std::string& line : joined_lines(text)) {
        if (line.starts_with('[')) inside = line == "[Service]";
        const std::size_t equals = line.find('=');
        if (!inside || line.starts_with('[') || equals == std::string::npos) continue;
        const std::string_view view = line;
        entries.emplace_back(service::trimmed(view.substr(0, equals)),
                             service::trimmed(view.substr(equals + 1)));
    }
    return entries;
}

std::optional<std::string> last_value(const UnitEntries& entries, std::string_view name) {
    const auto found = std::find_if(entries.rbegin(), entries.rend(),
                                    [name](const auto& entry) { return entry.first == name; });
    if (found == entries.rend()) return std::nullopt;
    return found->second;
}

}  // namespace limpid::doctor
