#include "service/security_txt.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "platform/printable.hpp"

namespace limpid::service {
namespace {

constexpr std::chrono::days kValidity{90};
constexpr std::array<std::string_view, 3> kContactSchemes = {"mailto:", "https://", "tel:"};

/// What a URI may hold at all; the rest of RFC 3986 is for whoever follows it.
bool is_uri_character(char c) { return c > ' ' && c < 0x7F; }

}  // namespace

Status check_security_contact(std::string_view contact) {
    const bool known = std::ranges::any_of(kContactSchemes, [&](std::string_view scheme) {
        return contact.starts_with(scheme) && contact.size() > scheme.size();
    });
    if (contact.empty() || (known && std::ranges::all_of(contact, is_uri_character))) return {};
    return fail(ErrorCode::config_invalid_value,
                "security_contact: `" + platform::printable(contact) +
                    "`; expected mailto:ADDRESS, https://PAGE or tel:NUMBER");
}

std::string security_txt(std::string_view contact, security::UnixSeconds now) {
    const std::chrono::sys_seconds moment{std::chrono::seconds(now.value)};
    const std::chrono::year_month_day expires(std::chrono::floor<std::chrono::days>(moment) +
                                              kValidity);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT00:00:00Z",
                  static_cast<int>(expires.year()), static_cast<unsigned>(expires.month()),
                  static_cast<unsigned>(expires.day()));
    return "Contact: " + std::string(contact) + "\nExpires: " + text.data() + "\n";
}

}  // namespace limpid::service
