#include "service/sources/url_keys.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace limpid::service::sources {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::unexpected<Error> wrong_pair(const std::string& number, const Error& error) {
    return fail(error.id(), "url_keys, pair " + number + ": " + error.found());
}

}  // namespace

Result<security::SignedUrls> read_url_keys(const security::Secret& keys,
                                           const security::SignedUrlPolicy& policy) {
    std::vector<security::UrlKey> read;
    // Views only: nothing of it is copied where it would not be wiped.
    std::string_view rest = keys.expose_text();
    while (true) {
        rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
        if (rest.empty()) break;
        const std::string_view pair = rest.substr(0, rest.find_first_of(kBlanks));
        rest.remove_prefix(pair.size());
        const std::string number = std::to_string(read.size() + 1);
        const std::size_t colon = pair.find(':');
        if (colon == std::string_view::npos) {
            return wrong_pair(number, Error(ErrorCode::key_malformed, "it is no KEY:SALT"));
        }
        auto key =
            security::UrlKey::from_hex(pair.substr(0, colon), pair.substr(colon + 1), number);
        if (!key) return wrong_pair(number, key.error());
        read.push_back(*std::move(key));
    }
    return security::SignedUrls::create(std::move(read), policy);
}

}  // namespace limpid::service::sources
