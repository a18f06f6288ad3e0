#include "fuzz/fuzz_target.hpp"
#include "limpid/security/outbound.hpp"

namespace limpid::fuzz {

std::string network(Input input) {
    const std::string_view text = text_of(input);
    const auto networks = security::parse_networks(text);
    if (networks) {
        for (const security::IpNetwork& n : *networks) {
            require(n.contains(n.first()), "a network holds its first address");
            const std::string again = to_string(n.first()) + "/" + std::to_string(n.prefix_bits());
            require(security::IpNetwork::parse(again) == n, "a network reads back as itself");
        }
    }
    const auto host = security::parse_host(text);
    if (!host) return networks ? "networks" : verdict_of(host.error());
    if (host->name() != nullptr) {
        const auto again = security::parse_host(*host->name());
        require(again && again->name() != nullptr && *again->name() == *host->name(),
                "a name reads back as itself");
        return "name " + *host->name();
    }
    const security::IpAddress address = *host->address();
    require(security::IpAddress::parse(to_string(address)) == address,
            "an address reads back as itself");
    return to_string(address) + " " + std::string(to_string(security::classify(address)));
}

}  // namespace limpid::fuzz
