#include "service/sources/sign_url_command.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/clock.hpp"
#include "platform/printable.hpp"
#include "platform/random_source.hpp"
#include "platform/secret_reader.hpp"
#include "platform/write_file.hpp"
#include "service/command_options.hpp"
#include "service/enhance_request.hpp"
#include "service/settings_sources.hpp"
#include "service/sources/source_url.hpp"
#include "service/sources/url_keys.hpp"

namespace limpid::service::sources {
namespace {

constexpr std::uint64_t kMaxLifetimeS = 3'155'760'000;  // a hundred years

struct Order {
    std::string_view options;
    std::string_view keys;
    std::string_view source;
    std::optional<security::UnixSeconds> expires;
};

std::unexpected<Error> usage_of_sign_url(std::string_view why) {
    return wrong_usage("sign-url", why);
}

Status take_lifetime(Order& order, std::string_view text) {
    std::uint64_t seconds = 0;
    const auto [stopped, error] = std::from_chars(text.begin(), text.end(), seconds);
    if (error != std::errc() || stopped != text.end() || seconds == 0 || seconds > kMaxLifetimeS) {
        return usage_of_sign_url("--expires is no number of seconds from now");
    }
    order.expires =
        security::UnixSeconds{platform::wall_clock().value + static_cast<std::int64_t>(seconds)};
    return {};
}

Result<Order> read_order(std::span<const char* const> arguments) {
    Order order;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view name = arguments[i];
        if (!name.starts_with("--")) {
            if (!order.source.empty()) return usage_of_sign_url("there is one SOURCE");
            order.source = name;
            continue;
        }
        if (++i == arguments.size()) {
            return usage_of_sign_url(platform::printable(name) + " has no value");
        }
        const std::string_view value = arguments[i];
        if (name == "--options") {
            order.options = value;
        } else if (name == "--keys") {
            order.keys = value;
        } else if (name != "--expires") {
            return usage_of_sign_url("there is no " + platform::printable(name));
        } else if (Status status = take_lifetime(order, value); !status) {
            return std::unexpected(status.error());
        }
    }
    if (order.source.empty()) return usage_of_sign_url("SOURCE is missing");
    return order;
}

/// What the service would refuse is not signed.
Status check_path(const std::string& path) {
    auto request = parse_source_path(path);
    if (!request) return std::unexpected(std::move(request).error());
    ImageUpload any;
    any.parameters = std::move(request->parameters);
    const auto checked = read_enhance_request(any, std::nullopt);
    return checked ? Status() : std::unexpected(checked.error());
}

}  // namespace

Status run_sign_url_command(std::span<const char* const> arguments) {
    const auto order = read_order(arguments);
    if (!order) return std::unexpected(order.error());
    const std::string path = source_path(order->options, order->source);
    if (Status status = check_path(path); !status) return status;
    platform::SystemSecretReader reader;
    platform::SystemRandom random;
    const auto keys = resolve("url_keys", order->keys, reader, random, {.min_characters = 0});
    if (!keys) return std::unexpected(keys.error());
    if (!*keys) return fail(ErrorCode::key_none, "url_keys");
    const auto urls = read_url_keys(**keys);
    if (!urls) return std::unexpected(urls.error());
    const auto url = urls->sign(path, order->expires);
    if (!url) return std::unexpected(url.error());
    return platform::print("/i" + *url + "\n");
}

}  // namespace limpid::service::sources
