#include "cli/security/findings.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "platform/printable.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

std::string word(const nlohmann::json& value) {
    if (value.is_null()) return "none";
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (!value.is_string()) return value.dump();
    return platform::escaped(value.get_ref<const std::string&>());
}

}  // namespace

void Findings::add(std::string_view name, nlohmann::json value) {
    rows_.push_back({std::string(name), std::move(value)});
}

Status Findings::print(bool json) const { return platform::print(json ? as_json() : in_words()); }

std::string Findings::in_words() const {
    constexpr std::size_t kWidth = 18;
    std::string text;
    for (const Row& row : rows_) {
        std::string name = row.name + ":";
        std::ranges::replace(name, '_', ' ');
        name.append(name.size() < kWidth ? kWidth - name.size() : 1, ' ');
        text.append(name).append(word(row.value)).append("\n");
    }
    return text;
}

std::string Findings::as_json() const {
    nlohmann::json object = nlohmann::json::object();
    for (const Row& row : rows_) object[row.name] = row.value;
    // Paths need not be UTF-8, JSON has to be.
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace limpid::cli
