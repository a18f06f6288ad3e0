#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "limpid/inspect.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/security/json.hpp"
#include "limpid/security/redact.hpp"
#include "limpid/security/upload.hpp"
#include "security/bindings.hpp"
#include "security/marshal.hpp"

namespace limpid::wasm {
namespace {

using emscripten::val;
using security::MediaType;
using security::RedactionSet;
using security::UploadPolicy;

Result<UploadPolicy> read_upload_policy(const val& options) {
    UploadPolicy policy;
    auto max_bytes = static_cast<std::int64_t>(policy.max_bytes);
    std::vector<std::string> allowed;
    Status read = read_integer(options, "max_bytes", 0, kMaxSafeInteger, max_bytes);
    if (read) read = read_texts(options, "allowed", allowed);
    if (!read) return std::unexpected(read.error());
    policy.max_bytes = static_cast<std::uint64_t>(max_bytes);
    if (options["allowed"].isUndefined()) return policy;
    policy.allowed.clear();
    for (const std::string& name : allowed) {
        const MediaType type = security::declared_media_type(name);
        if (type == MediaType::unknown) return expected("media types of images", "allowed");
        policy.allowed.push_back(type);
    }
    return policy;
}

/// What the text is, which decides how its secrets are found.
enum class TextKind : std::uint8_t { text, json, header, query, url };
constexpr std::array kTextKinds = {
    Name<TextKind>{"text", TextKind::text},     Name<TextKind>{"json", TextKind::json},
    Name<TextKind>{"header", TextKind::header}, Name<TextKind>{"query", TextKind::query},
    Name<TextKind>{"url", TextKind::url},
};

Result<RedactionSet> read_secrets(const val& options) {
    RedactionSet secrets;
    if (options["secrets"].isUndefined()) return secrets;
    const auto given = read_array(options, "secrets", RedactionSet::kMaxSecrets);
    if (!given) return std::unexpected(given.error());
    for (const val& entry : *given) {
        const auto secret = InputBytes::copy_of(entry);
        if (!secret) return std::unexpected(secret.error());
        if (auto added = secrets.add(secret->span()); !added) {
            return std::unexpected(added.error());
        }
    }
    return secrets;
}

std::string redacted(std::string_view text, TextKind kind, std::string_view header,
                     const RedactionSet& secrets) {
    switch (kind) {
        case TextKind::json:
            return security::redact_json(text, secrets);
        case TextKind::header:
            return security::redact_header(header, text, secrets);
        case TextKind::query:
            return security::redact_query(text, secrets);
        case TextKind::url:
            return security::redact_url(text, secrets);
        case TextKind::text:
            break;
    }
    return security::redact_text(text, secrets);
}

}  // namespace

val inspect_file(const val& file, const val& options) {
    return answered([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto bytes = InputBytes::copy_of(file);
        if (!bytes) return std::unexpected(bytes.error());
        const auto info = inspect(bytes->span(), *limits);
        if (!info) return refused(info.error());
        val reply = val::object();
        reply.set("info", to_json(*info));
        return reply;
    });
}

val sniff(const val& content) {
    return answered([&]() -> Result<val> {
        const auto bytes = InputBytes::copy_of(content);
        if (!bytes) return std::unexpected(bytes.error());
        val reply = val::object();
        reply.set("media_type",
                  std::string(security::mime_type(security::sniff_media_type(bytes->span()))));
        return reply;
    });
}

val check_upload_content(const val& content, const val& options) {
    return answered([&]() -> Result<val> {
        const auto policy = read_upload_policy(options);
        if (!policy) return std::unexpected(policy.error());
        std::string declared;
        if (auto read = read_text(options, "declared_type", declared); !read) {
            return std::unexpected(read.error());
        }
        const auto bytes = InputBytes::copy_of(content);
        if (!bytes) return std::unexpected(bytes.error());
        const auto content_type = options["declared_type"].isUndefined()
                                      ? std::nullopt
                                      : std::optional<std::string_view>(declared);
        const auto type = security::check_upload(bytes->span(), content_type, *policy);
        if (!type) return refused(type.error());
        val reply = val::object();
        reply.set("media_type", std::string(security::mime_type(*type)));
        return reply;
    });
}

val parse_json(const val& text, const val& options) {
    return answered([&]() -> Result<val> {
        const auto limits = read_limits(options);
        if (!limits) return std::unexpected(limits.error());
        const auto bytes = InputBytes::copy_of(text);
        if (!bytes) return std::unexpected(bytes.error());
        const auto document = security::parse_json_strict(bytes->text(), *limits);
        if (!document) return refused(document.error());
        val reply = val::object();
        reply.set("canonical", document->root().canonical());
        return reply;
    });
}

val redact(const val& text, const val& options) {
    return answered([&]() -> Result<val> {
        TextKind kind = TextKind::text;
        std::string header;
        Status read = read_enum(options, "kind", kTextKinds, kind);
        if (read) read = read_text(options, "header", header);
        if (!read) return std::unexpected(read.error());
        const auto secrets = read_secrets(options);
        if (!secrets) return std::unexpected(secrets.error());
        const auto bytes = InputBytes::copy_of(text);
        if (!bytes) return std::unexpected(bytes.error());
        val reply = val::object();
        reply.set("text", redacted(bytes->text(), kind, header, *secrets));
        return reply;
    });
}

}  // namespace limpid::wasm
