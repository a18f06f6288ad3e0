#include "service/outbound/host_rules.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include "platform/printable.hpp"
#include "service/text.hpp"

namespace limpid::service::outbound {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [stopped, error] = std::from_chars(text.begin(), text.end(), port);
    if (error != std::errc() || stopped != text.end() || port == 0) return std::nullopt;
    return port;
}

std::unexpected<Error> refuse_entry(std::string_view text) {
    return fail(ErrorCode::config_invalid_value,
                "outbound_hosts: `" + platform::printable(text) +
                    "`; expected NAME, *.NAME, ADDRESS or [IPV6], each with :PORT or without");
}

}  // namespace

Result<HostRules::Entry> HostRules::read_entry(std::string_view text) {
    Entry entry;
    std::string_view host = text;
    const std::size_t colon = text.rfind(':');
    const std::size_t bracket = text.rfind(']');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        entry.port = parse_port(text.substr(colon + 1));
        if (!entry.port) return refuse_entry(text);
        host = text.substr(0, colon);
    }
    if (host == "*") {
        entry.is_wildcard = true;
        entry.host.value = std::string();
        return entry;
    }
    if (host.starts_with("*.")) {
        entry.is_wildcard = true;
        host.remove_prefix(2);
    }
    auto parsed = security::parse_host(host);
    if (!parsed || (entry.is_wildcard && parsed->address() != nullptr)) return refuse_entry(text);
    entry.host = *std::move(parsed);
    return entry;
}

Result<HostRules> HostRules::make(std::string_view hosts, std::string_view networks) {
    HostRules rules;
    for (const std::string& text : split(hosts, ',')) {
        auto entry = read_entry(text);
        if (!entry) return std::unexpected(std::move(entry).error());
        rules.entries_.push_back(*std::move(entry));
    }
    auto allowed = security::parse_networks(networks);
    if (!allowed) return std::unexpected(std::move(allowed).error());
    rules.networks_.allow = *std::move(allowed);
    return rules;
}

bool HostRules::fits(const Entry& entry, const security::Host& host) {
    if (host.address() != nullptr || entry.host.address() != nullptr) {
        return host.value == entry.host.value;
    }
    const std::string& name = *host.name();
    const std::string& listed = *entry.host.name();
    if (!entry.is_wildcard) return name == listed;
    return listed.empty() || name.ends_with("." + listed);
}

Status HostRules::check(std::string_view host, std::uint16_t port, bool encrypted) const {
    const auto parsed = security::parse_host(host);
    if (!parsed) return std::unexpected(parsed.error());
    const std::uint16_t usual = encrypted ? kHttpsPort : kHttpPort;
    bool fits_wildcard = false;
    for (const Entry& entry : entries_) {
        if (port != entry.port.value_or(usual) || !fits(entry, *parsed)) continue;
        if (const auto* address = parsed->address()) return check_address(*address);
        if (!entry.is_wildcard) return {};
        fits_wildcard = true;
    }
    if (fits_wildcard) return security::check_outbound_host(host, networks_);
    return fail(
        ErrorCode::network_forbidden_address,
        platform::printable(host) + ":" + std::to_string(port) + " is not in outbound_hosts");
}

bool HostRules::is_own_address(std::string_view host) const {
    const auto parsed = security::parse_host(host);
    return parsed && parsed->address() != nullptr &&
           security::contains(networks_.allow, *parsed->address());
}

}  // namespace limpid::service::outbound
