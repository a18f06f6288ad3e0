#pragma once

#include <string>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/security/types.hpp"

namespace limpid::service {

/// May this be the Contact of a security.txt: a mailto:, https: or tel: URI without blanks (RFC
/// 9116 section 2.5.3)? Empty is allowed: there is none.
/// @return config.invalid_value.
[[nodiscard]] Status check_security_contact(std::string_view contact);

/// The file of RFC 9116. It expires 90 days after the day it is asked for, well below the year that
/// section 2.5.5 advises.
[[nodiscard]] std::string security_txt(std::string_view contact, security::UnixSeconds now);

}  // namespace limpid::service
