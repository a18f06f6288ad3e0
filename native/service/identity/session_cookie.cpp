#include "service/identity/session_cookie.hpp"

#include <vector>

#include "service/text.hpp"

namespace limpid::service::identity {
namespace {

std::vector<std::string> values_of(const RequestHead& head, std::string_view name) {
    std::vector<std::string> values;
    for (const std::string& pair : split(head.field("Cookie").value_or(""), ';')) {
        const std::size_t equals = pair.find('=');
        if (equals == std::string::npos || pair.substr(0, equals) != name) continue;
        values.push_back(pair.substr(equals + 1));
    }
    return values;
}

}  // namespace

std::string cookie_value(const RequestHead& head, std::string_view name) {
    const std::vector<std::string> values = values_of(head, name);
    return values.size() == 1 ? values.front() : std::string();
}

bool has_cookie(const RequestHead& head, std::string_view name) {
    return !values_of(head, name).empty();
}

std::string set_cookie(std::string_view token, bool secure, std::uint64_t max_age_s) {
    std::string text(secure ? kSecureCookie : kPlainCookie);
    text += "=" + std::string(token) + "; Path=/; HttpOnly";
    if (secure) text += "; Secure";
    return text + "; SameSite=Strict; Max-Age=" + std::to_string(max_age_s);
}

}  // namespace limpid::service::identity
