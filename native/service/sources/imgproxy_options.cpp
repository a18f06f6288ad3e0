#include "service/sources/imgproxy_options.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace limpid::service::sources {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

/// Options by their long name, and by their short one.
constexpr std::array<Names, 6> kShortNames = {
    Names{"resize", "rs"}, {"size", "s"},   {"resizing_type", "rt"},
    {"width", "w"},        {"height", "h"}, {"enlarge", "el"},
};

/// The order of the arguments of `size`; those of `resize` have the type before them.
constexpr std::array<std::string_view, 4> kArguments = {"width", "height", "enlarge", "extend"};

std::string_view long_name(std::string_view name) {
    const auto found = std::ranges::find_if(kShortNames, [name](const Names& each) {
        return name == each.first || name == each.second;
    });
    return found == kShortNames.end() ? std::string_view() : found->first;
}

Result<Parameter> read_type(std::string_view value) {
    constexpr std::array<Names, 3> kTypes = {
        Names{"fit", "inside"}, {"fill", "cover"}, {"force", "exact"}};
    const auto found = std::ranges::find(kTypes, value, &Names::first);
    if (found == kTypes.end()) {
        return refused_parameter({"resizing_type", std::string(value)}, "fit, fill or force");
    }
    return Parameter{"fit", std::string(found->second)};
}

Result<Parameter> read_switch(std::string_view name, std::string_view value) {
    const bool on = value == "1" || value == "t" || value == "true";
    const bool off = value == "0" || value == "f" || value == "false";
    Parameter parameter{std::string(name), std::string(value)};
    if (!on && !off) return refused_parameter(parameter, "1 or 0");
    if (on && name == "extend") return refused_parameter(parameter, "0: pictures are not extended");
    parameter.value = on ? "true" : "false";
    return parameter;
}

Result<Parameter> read_argument(std::string_view name, std::string_view value) {
    if (name == "resizing_type") return read_type(value);
    if (name == "enlarge" || name == "extend") return read_switch(name, value);
    return Parameter{std::string(name), std::string(value)};
}

Status take_argument(std::vector<Parameter>& parameters, std::string_view name,
                     std::string_view value) {
    auto parameter = read_argument(name, value);
    if (!parameter) return std::unexpected(std::move(parameter).error());
    if (name != "extend") parameters.push_back(*std::move(parameter));
    return {};
}

/// Is it an argument that asks for nothing?
bool asks_nothing(std::string_view name, std::string_view value) {
    return value.empty() || (value == "0" && (name == "width" || name == "height"));
}

/// The arguments of `resize` and `size`, after the type.
Status take_arguments(std::vector<Parameter>& parameters, std::string_view values) {
    for (const std::string_view name : kArguments) {
        const std::size_t end = std::min(values.find(':'), values.size());
        const std::string_view value = values.substr(0, end);
        values.remove_prefix(std::min(end + 1, values.size()));
        if (asks_nothing(name, value)) continue;
        if (Status status = take_argument(parameters, name, value); !status) return status;
    }
    if (!values.empty()) return refused_parameter({"resize", std::string(values)}, "no more of it");
    return {};
}

}  // namespace

bool is_imgproxy_option(std::string_view name) { return !long_name(name).empty(); }

Result<std::vector<Parameter>> read_imgproxy_option(std::string_view name, std::string_view value) {
    const std::string_view known = long_name(name);
    std::vector<Parameter> parameters;
    Status status;
    if (known == "resize") {
        const std::size_t end = std::min(value.find(':'), value.size());
        const std::string_view type = value.substr(0, end);
        if (!type.empty()) status = take_argument(parameters, "resizing_type", type);
        if (status)
            status = take_arguments(parameters, value.substr(std::min(end + 1, value.size())));
    } else if (known == "size") {
        status = take_arguments(parameters, value);
    } else {
        status = take_argument(parameters, known, value);
    }
    if (!status) return std::unexpected(std::move(status).error());
    if (parameters.empty())
        return refused_parameter({std::string(name), std::string(value)}, "a size");
    return parameters;
}

}  // namespace limpid::service::sources
