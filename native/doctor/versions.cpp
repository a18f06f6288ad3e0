#include "doctor/versions.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "crypto/certificate.hpp"
#include "limpid/security/json.hpp"
#include "limpid/version.hpp"
#include "platform/printable.hpp"

namespace limpid::doctor {
namespace {

/// Takes the number before the next point from `version`.
std::uint64_t take_part(std::string_view& version) {
    const std::size_t end = std::min(version.find('.'), version.size());
    std::uint64_t value = 0;
    const char* const begin = version.data();
    std::from_chars(begin, begin + end, value);
    version.remove_prefix(std::min(end + 1, version.size()));
    return value;
}

std::unexpected<Error> refuse_advisories(std::string why) {
    return fail(ErrorCode::config_unreadable_file, std::move(why));
}

/// A text member; nothing when it is missing or something else.
std::string text_member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Result<Advisory> read_advisory(const nlohmann::json& entry) {
    if (!entry.is_object()) return refuse_advisories("an advisory is no object");
    for (const auto& [name, value] : entry.items()) {
        const bool known =
            name == "id" || name == "library" || name == "fixed_in" || name == "since";
        if (!known || !value.is_string()) {
            return refuse_advisories("an advisory has a member " + platform::printable(name));
        }
    }
    Advisory advisory{.id = text_member(entry, "id"),
                      .library = text_member(entry, "library"),
                      .fixed_in = text_member(entry, "fixed_in"),
                      .since = text_member(entry, "since")};
    if (advisory.id.empty() || advisory.library.empty() || advisory.fixed_in.empty()) {
        return refuse_advisories("an advisory lacks id, library or fixed_in");
    }
    return advisory;
}

}  // namespace

std::vector<LibraryFacts> library_versions() {
    return {
        {"limpid", LIMPID_VERSION_STRING},      {"libjpeg-turbo", LIMPID_LIBJPEG_TURBO_VERSION},
        {"libpng", LIMPID_LIBPNG_VERSION},      {"libwebp", LIMPID_LIBWEBP_VERSION},
        {"zlib", LIMPID_ZLIB_VERSION},          {"libsodium", LIMPID_LIBSODIUM_VERSION},
        {"openssl", crypto::openssl_version()},
    };
}

bool is_before(std::string_view a, std::string_view b) {
    while (!a.empty() || !b.empty()) {
        const std::uint64_t left = take_part(a);
        const std::uint64_t right = take_part(b);
        if (left != right) return left < right;
    }
    return false;
}

Result<Advisories> read_advisories(std::string_view json) {
    // Strict first: what two readers could understand differently is refused.
    if (const auto strict = security::parse_json_strict(json); !strict) {
        return refuse_advisories(strict.error().message());
    }
    const nlohmann::json tree = nlohmann::json::parse(json, nullptr, false);
    if (!tree.is_object() || tree.size() != 2 || !tree.contains("updated_at") ||
        !tree.at("updated_at").is_number_integer() || !tree.contains("advisories") ||
        !tree.at("advisories").is_array()) {
        return refuse_advisories("expected an object of updated_at and advisories");
    }
    Advisories advisories;
    advisories.updated_at.value = tree.at("updated_at").get<std::int64_t>();
    for (const nlohmann::json& entry : tree.at("advisories")) {
        auto advisory = read_advisory(entry);
        if (!advisory) return std::unexpected(advisory.error());
        advisories.list.push_back(*std::move(advisory));
    }
    return advisories;
}

std::string applies(const Advisory& advisory, const std::vector<LibraryFacts>& libraries) {
    for (const LibraryFacts& library : libraries) {
        if (library.name != advisory.library) continue;
        const bool after_since =
            advisory.since.empty() || !is_before(library.version, advisory.since);
        if (after_since && is_before(library.version, advisory.fixed_in)) {
            return platform::printable(advisory.id) + ": " + library.name + " " + library.version;
        }
    }
    return {};
}

}  // namespace limpid::doctor
