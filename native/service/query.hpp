#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"

namespace limpid::service {

/// One parameter of a request: of the query, or a part of a multipart body.
struct Parameter {
    std::string name;
    std::string value;
};

/// The error for a value that a parameter cannot have.
/// @return argument.invalid naming the parameter, its value and what it can have.
[[nodiscard]] std::unexpected<Error> refused_parameter(const Parameter& parameter,
                                                       std::string_view expected);

/// What `+` stands for: a blank in queries, itself in paths.
enum class Plus : std::uint8_t { is_blank, is_plus };

/// Decode `%41`, once.
/// @return nothing for a broken encoding, and for one of a control character.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, Plus plus);

/// Read `a=1&b=2`. Names and values are percent-decoded once; `+` is a blank.
/// @return argument.invalid for a broken percent-encoding, a control character, more than 32
///         parameters or one that comes twice.
[[nodiscard]] Result<std::vector<Parameter>> parse_query(std::string_view query);

}  // namespace limpid::service
