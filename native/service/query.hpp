#pragma once

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

/// Read `a=1&b=2`. Names and values are percent-decoded once; `+` is a blank.
/// @return argument.invalid for a broken percent-encoding, a control character, more than 32
///         parameters or one that comes twice.
[[nodiscard]] Result<std::vector<Parameter>> parse_query(std::string_view query);

}  // namespace limpid::service
