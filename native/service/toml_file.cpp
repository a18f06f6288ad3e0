#include "service/toml_file.hpp"

#include <optional>
#include <utility>

#include <toml++/toml.h>

#include "platform/printable.hpp"

namespace limpid::service {
namespace {

std::unexpected<Error> refuse_line(int line, std::string_view why) {
    return fail(ErrorCode::config_unreadable_file,
                "line " + std::to_string(line) + ": " + platform::printable(why));
}

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

std::optional<std::string> scalar_text(const toml::node& node) {
    if (const auto* const text = node.as_string()) return text->get();
    if (const auto* const number = node.as_integer()) return std::to_string(number->get());
    if (const auto* const flag = node.as_boolean()) return flag->get() ? "true" : "false";
    return std::nullopt;
}

std::optional<std::string> value_text(const toml::node& node) {
    const toml::array* const array = node.as_array();
    if (array == nullptr) return scalar_text(node);
    std::string joined;
    for (const toml::node& element : *array) {
        const auto text = scalar_text(element);
        if (!text) return std::nullopt;
        if (!joined.empty()) joined += ',';
        joined += *text;
    }
    return joined;
}

}  // namespace

Result<std::vector<TomlEntry>> parse_toml(std::string_view text) {
    std::vector<TomlEntry> entries;
    try {
        const toml::table table = toml::parse(text);
        for (const auto& [key, node] : table) {
            auto value = value_text(node);
            if (!value) {
                return refuse_line(line_of(node),
                                   std::string(key.str()) +
                                       " is no text, whole number, boolean or array of "
                                       "them");
            }
            entries.push_back({std::string(key.str()), *std::move(value), line_of(node)});
        }
    } catch (const toml::parse_error& error) {
        return refuse_line(static_cast<int>(error.source().begin.line), error.description());
    }
    return entries;
}

}  // namespace limpid::service
