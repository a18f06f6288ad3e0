#pragma once

#include <cstdint>
#include <string>
#include <vector>

// How findings say numbers and lists.
namespace limpid::doctor {

/// "a, b, c"; of more than eight the first ones and how many more.
[[nodiscard]] std::string listed(const std::vector<std::string>& texts);

/// Permission bits as chmod takes them: "0640".
[[nodiscard]] std::string octal(unsigned mode);

/// "in 3 days", "12 days ago", "today".
[[nodiscard]] std::string days_from(std::int64_t seconds);

}  // namespace limpid::doctor
