#include "service/query.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "platform/printable.hpp"

namespace limpid::service {
namespace {

constexpr std::size_t kMaxParameters = 32;

}  // namespace

std::unexpected<Error> refused_parameter(const Parameter& parameter, std::string_view expected) {
    return fail(ErrorCode::argument_invalid, parameter.name + ": `" +
                                                 platform::printable(parameter.value) +
                                                 "`; expected " + std::string(expected));
}

std::optional<std::string> percent_decoded(std::string_view text, Plus plus) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i] == '+' && plus == Plus::is_blank ? ' ' : text[i];
        if (c == '%') {
            unsigned value = 0;
            const std::string_view digits = text.substr(i + 1, 2);
            const auto [stopped, error] = std::from_chars(digits.begin(), digits.end(), value, 16);
            if (digits.size() != 2 || error != std::errc() || stopped != digits.end())
                return std::nullopt;
            c = static_cast<char>(value);
            i += 2;
        }
        out += c;
    }
    if (platform::escaped(out) != out) return std::nullopt;
    return out;
}

Result<std::vector<Parameter>> parse_query(std::string_view query) {
    std::vector<Parameter> parameters;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const auto name = percent_decoded(pair.substr(0, equals), Plus::is_blank);
        const auto value =
            percent_decoded(pair.substr(std::min(equals + 1, pair.size())), Plus::is_blank);
        if (!name || !value) return fail(ErrorCode::argument_invalid, "the query is malformed");
        if (parameters.size() == kMaxParameters ||
            std::ranges::find(parameters, *name, &Parameter::name) != parameters.end()) {
            return fail(ErrorCode::argument_invalid, platform::printable(*name) + " comes twice");
        }
        parameters.push_back({*name, *value});
    }
    return parameters;
}

}  // namespace limpid::service
