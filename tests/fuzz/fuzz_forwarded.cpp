#include <algorithm>

#include "fuzz/fuzz_target.hpp"
#include "limpid/security/forwarded.hpp"

namespace limpid::fuzz {

/// The first line is the configuration, the second X-Forwarded-For, the third the host.
std::string forwarded(Input input) {
    std::string_view rest = text_of(input);
    const auto line = [&] {
        const std::string_view taken = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(taken.size() + 1, rest.size()));
        return taken;
    };
    const auto trusted = security::TrustedProxies::parse(line());
    if (!trusted) return verdict_of(trusted.error());
    const auto peer = security::IpAddress::v4({10, 0, 0, 1});
    const std::string_view addresses = line();
    const auto request = security::resolve_client(peer, {addresses, {}, line()}, *trusted);
    if (!request) return verdict_of(request.error());
    if (!trusted->trusts(peer, 0)) {
        require(request->client == peer && !request->host, "an untrusted peer is not believed");
    }
    const std::string text = to_string(request->client);
    require(security::IpAddress::parse(text) == request->client, "an address reads back as itself");
    return "ok " + text;
}

}  // namespace limpid::fuzz
