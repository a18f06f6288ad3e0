#pragma once

#include <string>

namespace limpid::service {

/// The service's description as OpenAPI 3.1, made from the route table and the table of errors.
[[nodiscard]] std::string openapi_json();

}  // namespace limpid::service
