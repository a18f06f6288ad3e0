#pragma once

#include <chrono>
#include <string>

namespace limpid::service {

/// IMF-fixdate (RFC 9110 section 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_date(std::chrono::system_clock::time_point time);

}  // namespace limpid::service
