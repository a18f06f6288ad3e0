#include "limpid/manifest.hpp"

#include <algorithm>

#include "base/json_writer.hpp"
#include "limpid/version.hpp"

namespace limpid {
namespace {

FileIdentity identity_of(std::span<const std::byte> bytes) { return {bytes.size(), sha256(bytes)}; }

Status check_identity(const FileIdentity& expected, std::span<const std::byte> bytes,
                      ErrorCode mismatch) {
    if (bytes.size() != expected.bytes) {
        return fail(mismatch, std::to_string(bytes.size()) + " bytes; the manifest says " +
                                  std::to_string(expected.bytes));
    }
    const Sha256 found = sha256(bytes);
    if (found == expected.sha256) return {};
    return fail(mismatch,
                "SHA-256 " + to_hex(found) + "; the manifest says " + to_hex(expected.sha256));
}

}  // namespace

Manifest make_manifest(std::span<const std::byte> input, const Enhanced& enhanced,
                       security::UnixSeconds created_at) {
    return {.input = identity_of(input),
            .output = identity_of(enhanced.bytes.span()),
            .output_format = *enhanced.report.output_format,
            .recipe = enhanced.report.recipe,
            .library_version = LIMPID_VERSION_STRING,
            .created_at = created_at};
}

std::string to_json(const Manifest& manifest) {
    JsonWriter json;
    json.begin_object();
    json.key("created_at").value(manifest.created_at.value);
    json.key("input").begin_object();
    json.key("bytes").value(manifest.input.bytes);
    json.key("sha256").value(to_hex(manifest.input.sha256));
    json.end_object();
    json.key("library_version").value(manifest.library_version);
    json.key("output").begin_object();
    json.key("bytes").value(manifest.output.bytes);
    json.key("format").value(to_string(manifest.output_format));
    json.key("sha256").value(to_hex(manifest.output.sha256));
    json.end_object();
    json.key("recipe").raw(to_json(manifest.recipe));
    json.key("version").value(Manifest::kVersion);
    json.end_object();
    return std::move(json).take();
}

Result<security::Verified<Manifest>> verify_manifest(std::string_view text,
                                                     const security::TrustedKeys& keys,
                                                     security::UnixSeconds now,
                                                     const SignedOptions& options) {
    const security::DocumentPolicy policy{.purpose = kManifestPurpose,
                                          .leeway_s = options.leeway_s,
                                          .min_counter = options.min_counter};
    const auto document = security::verify_document(text, keys, policy, now);
    if (!document) return std::unexpected(document.error());
    return document->parsed_by(
        [&](const std::string& payload) { return parse_manifest(payload, options.limits); });
}

Status check_files(const security::Verified<Manifest>& manifest, std::span<const std::byte> input,
                   std::span<const std::byte> output) {
    Status checked = check_identity(manifest->input, input, ErrorCode::manifest_input_mismatch);
    if (!checked) return checked;
    return check_identity(manifest->output, output, ErrorCode::manifest_output_mismatch);
}

}  // namespace limpid
