#include "service/keys_command.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "limpid/security/api_key.hpp"
#include "platform/clock.hpp"
#include "platform/random_source.hpp"
#include "platform/write_file.hpp"
#include "service/command_options.hpp"
#include "service/key_file.hpp"
#include "service/text.hpp"

namespace limpid::service {
namespace {

using security::ApiKeyRecord;
using Records = std::vector<ApiKeyRecord>;

std::unexpected<Error> usage(std::string_view why) { return wrong_usage("keys", why); }

Result<std::uint64_t> number_of(const Options& options, std::string_view name) {
    const auto found = options.find(name);
    if (found == options.end()) return 0;
    std::uint64_t value = 0;
    const char* const end = found->second.data() + found->second.size();
    const auto [stopped, error] = std::from_chars(found->second.data(), end, value);
    if (error != std::errc() || stopped != end || value > std::uint64_t{1} << 40U) {
        return usage("--" + std::string(name) + " is no number");
    }
    return value;
}

Result<security::ApiKeyGrant> grant_of(const Options& options) {
    security::ApiKeyGrant grant;
    const auto scopes = options.find("scopes");
    if (scopes == options.end()) {
        return usage("--scopes is missing: enhance:submit,enhance:read, or admin");
    }
    grant.scopes = split(scopes->second, ',');
    if (const auto prefix = options.find("path-prefix"); prefix != options.end()) {
        grant.path_prefix = prefix->second;
    }
    const auto max_pixels = number_of(options, "max-pixels");
    if (!max_pixels) return std::unexpected(max_pixels.error());
    grant.max_pixels = *max_pixels;
    const auto days = number_of(options, "days");
    if (!days) return std::unexpected(days.error());
    if (*days > 36'500) return usage("--days is at most 36500");
    if (*days != 0) {
        const auto lifetime_s = static_cast<std::int64_t>(*days) * 86'400;
        grant.expires_at = security::UnixSeconds{platform::wall_clock().value + lifetime_s};
    }
    return grant;
}

Status create(std::span<const char* const> arguments) {
    constexpr std::string_view kKnown[] = {"file", "scopes", "path-prefix", "max-pixels", "days"};
    const auto options = read_options("keys", arguments, kKnown);
    if (!options) return std::unexpected(options.error());
    const auto grant = grant_of(*options);
    if (!grant) return std::unexpected(grant.error());
    platform::SystemRandom random;
    auto issued = security::issue_api_key(*grant, platform::wall_clock(), random);
    if (!issued) return std::unexpected(std::move(issued).error());
    const Status kept = change_key_file(options->at("file"), [&](Records& records) -> Status {
        records.push_back(issued->record);
        return {};
    });
    if (!kept) return kept;
    // The only time it is shown.
    if (Status status = platform::print(issued->text.expose_text()); !status) return status;
    return platform::print("\n");
}

std::string line_of(const ApiKeyRecord& record) {
    std::string line = record.id;
    for (const std::string& scope : record.grant.scopes) line += " " + scope;
    line += " created=" + std::to_string(record.created_at.value);
    if (record.grant.expires_at) {
        line += " expires=" + std::to_string(record.grant.expires_at->value);
    }
    if (record.revoked_at) line += " revoked=" + std::to_string(record.revoked_at->value);
    return line + "\n";
}

Status list(std::span<const char* const> arguments) {
    constexpr std::string_view kKnown[] = {"file"};
    const auto options = read_options("keys", arguments, kKnown);
    if (!options) return std::unexpected(options.error());
    const auto records = read_key_file(options->at("file"));
    if (!records) return std::unexpected(records.error());
    std::string text;
    for (const ApiKeyRecord& record : *records) text += line_of(record);
    return platform::print(text);
}

Status revoke(std::span<const char* const> arguments) {
    constexpr std::string_view kKnown[] = {"file", "id"};
    const auto options = read_options("keys", arguments, kKnown);
    if (!options) return std::unexpected(options.error());
    if (!options->contains("id")) return usage("--id is missing");
    return change_key_file(options->at("file"), [&](Records& records) -> Status {
        const auto found = std::ranges::find(records, options->at("id"), &ApiKeyRecord::id);
        if (found == records.end()) return fail(ErrorCode::apikey_mismatch, options->at("id"));
        if (!found->revoked_at) found->revoked_at = platform::wall_clock();
        return {};
    });
}

}  // namespace

Status run_keys_command(std::span<const char* const> arguments) {
    if (arguments.empty()) return usage("expected create, list or revoke");
    const std::string_view command = arguments.front();
    const auto rest = arguments.subspan(1);
    if (command == "create") return create(rest);
    if (command == "list") return list(rest);
    if (command == "revoke") return revoke(rest);
    return usage("expected create, list or revoke");
}

}  // namespace limpid::service
