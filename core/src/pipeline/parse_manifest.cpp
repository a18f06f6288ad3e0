#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "limpid/manifest.hpp"
#include "limpid/security/encoding.hpp"
#include "security/validate/canonical_json.hpp"
#include "security/validate/strict_json.hpp"

namespace limpid {
namespace {

using Json = nlohmann::json;

constexpr auto kMalformed = ErrorCode::manifest_malformed;
constexpr std::size_t kMaxManifestDepth = 65;  // a recipe's 64, one level down
constexpr std::uint64_t kFrameBytes = 1024;
constexpr std::uint64_t kMaxTime = 253'402'300'799;
constexpr std::uint64_t kMaxFileBytes = (std::uint64_t{1} << 53U) - 1;
constexpr std::size_t kMaxVersionBytes = 32;

/// One object of the manifest and its JSON pointer.
struct At {
    const Json* json;
    std::string pointer;
};

std::unexpected<Error> must_be(const At& at, std::string_view name, std::string_view what) {
    return fail(kMalformed,
                std::string(at.pointer).append("/").append(name).append(" must be ").append(what));
}

/// An object with exactly these members.
template <std::size_t kCount>
Status has_exactly(const At& at, const std::array<std::string_view, kCount>& names) {
    if (!at.json->is_object()) return fail(kMalformed, at.pointer + " must be an object");
    for (const auto& [name, value] : at.json->items()) {
        if (std::ranges::find(names, name) == names.end()) {
            return fail(kMalformed, at.pointer + "/" + excerpt(name) + " is not known");
        }
    }
    for (const std::string_view name : names) {
        if (!at.json->contains(name)) return must_be(at, name, "there");
    }
    return {};
}

Status read_count(const At& at, const char* name, std::uint64_t max, std::uint64_t& out) {
    const Json& value = at.json->at(name);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > max) {
        return must_be(at, name, "an integer of 0.." + std::to_string(max));
    }
    out = value.get<std::uint64_t>();
    return {};
}

Status read_file(const At& at, FileIdentity& out) {
    if (Status read = read_count(at, "bytes", kMaxFileBytes, out.bytes); !read) return read;
    const Json& value = at.json->at("sha256");
    if (value.is_string()) {
        const auto bytes = security::decode_hex(value.get_ref<const std::string&>());
        if (bytes && bytes->size() == out.sha256.size()) {
            std::ranges::copy(bytes->span(), std::as_writable_bytes(std::span(out.sha256)).begin());
            if (to_hex(out.sha256) == value.get_ref<const std::string&>()) return {};
        }
    }
    return must_be(at, "sha256", "64 lower-case hex digits");
}

Status read_format(const At& at, FileFormat& out) {
    const Json& value = at.json->at("format");
    for (const FileFormat format : {FileFormat::jpeg, FileFormat::png, FileFormat::webp}) {
        if (value.is_string() && value.get_ref<const std::string&>() == to_string(format)) {
            out = format;
            return {};
        }
    }
    return must_be(at, "format", "jpeg, png or webp");
}

Status read_library_version(const At& at, std::string& out) {
    const auto fits = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '.' || c == '+' || c == '-';
    };
    const Json& value = at.json->at("library_version");
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (!text.empty() && text.size() <= kMaxVersionBytes && std::ranges::all_of(text, fits)) {
            out = text;
            return {};
        }
    }
    return must_be(at, "library_version", "a version of at most 32 characters");
}

Status check_manifest_version(const Json& tree) {
    const auto version = tree.is_object() ? tree.find("version") : tree.end();
    if (version == tree.end() || !version->is_number_integer()) {
        return fail(kMalformed, "/version must be an integer");
    }
    if (*version != Manifest::kVersion) {
        return fail(ErrorCode::manifest_unsupported_version,
                    "/version is " + excerpt(security::canonical_json(*version)));
    }
    return {};
}

Status read_members(const Json& tree, Manifest& out) {
    constexpr std::array<std::string_view, 6> kManifestMembers = {
        "created_at", "input", "library_version", "output", "recipe", "version"};
    const At root{&tree, ""};
    Status status = check_manifest_version(tree);
    if (status) status = has_exactly(root, kManifestMembers);
    if (!status) return status;
    const At input{&tree.at("input"), "/input"};
    const At output{&tree.at("output"), "/output"};
    std::uint64_t created_at = 0;
    status = has_exactly(input, std::array<std::string_view, 2>{"bytes", "sha256"});
    if (status) {
        status = has_exactly(output, std::array<std::string_view, 3>{"bytes", "format", "sha256"});
    }
    if (status) status = read_file(input, out.input);
    if (status) status = read_file(output, out.output);
    if (status) status = read_format(output, out.output_format);
    if (status) status = read_library_version(root, out.library_version);
    if (status) status = read_count(root, "created_at", kMaxTime, created_at);
    out.created_at = {static_cast<std::int64_t>(created_at)};
    return status;
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view json, const Limits& limits) {
    if (json.size() > kFrameBytes && json.size() - kFrameBytes > limits.max_recipe_bytes) {
        return fail(kMalformed, std::to_string(json.size()) +
                                    " bytes; max_recipe_bytes allows 1024 more than itself");
    }
    const auto tree = security::parse_strict_json(json, kMaxManifestDepth, kMalformed);
    if (!tree) return std::unexpected(tree.error());
    Manifest manifest;
    if (Status read = read_members(*tree, manifest); !read) {
        return std::unexpected(std::move(read).error());
    }
    Result<Recipe> recipe = parse_recipe(security::canonical_json(tree->at("recipe")), limits);
    if (!recipe) return std::unexpected(std::move(recipe).error());
    manifest.recipe = std::move(*recipe);
    return manifest;
}

}  // namespace limpid
