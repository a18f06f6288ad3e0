#pragma once

#include <vector>

#include "service/http_message.hpp"

namespace limpid::service {

/// The headers of every response, whatever its status: those of Helmet 8, for an interface that
/// serves no pages. HSTS goes over TLS only, as RFC 6797 section 7.2 wants.
[[nodiscard]] std::vector<HeaderField> security_headers(bool encrypted);

}  // namespace limpid::service
