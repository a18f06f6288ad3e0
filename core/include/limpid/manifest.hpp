#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "limpid/digest.hpp"
#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/inspect.hpp"
#include "limpid/limits.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/recipe.hpp"
#include "limpid/security/sign_document.hpp"
#include "limpid/security/signing_key.hpp"
#include "limpid/security/trusted_keys.hpp"
#include "limpid/security/types.hpp"
#include "limpid/security/verified.hpp"
#include "limpid/signed_recipe.hpp"

namespace limpid {

/// What signed manifests are signed for.
inline constexpr std::string_view kManifestPurpose = "limpid.manifest";

/// Which file: its size and its digest.
struct FileIdentity {
    std::uint64_t bytes = 0;
    Sha256 sha256{};
    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// Which output came from which input, and how. Signed, it lets anyone who has both files check
/// where a picture comes from.
struct Manifest {
    /// Version of the format.
    static constexpr int kVersion = 1;

    /// What was enhanced, and what came out.
    FileIdentity input;
    FileIdentity output;
    FileFormat output_format = FileFormat::jpeg;
    /// As applied, strengths included.
    Recipe recipe;
    /// Of the limpid that wrote the output, e.g. "0.1.0"; 1..32 of digits, letters and ".+-".
    std::string library_version;
    /// 0..253402300799.
    security::UnixSeconds created_at;
    friend bool operator==(const Manifest&, const Manifest&) = default;
};

/// The manifest of one run of enhance(). Hashes both files.
/// @param input       the bytes that were enhanced.
/// @param created_at  handed in. Thread-safe.
[[nodiscard]] LIMPID_API Manifest make_manifest(std::span<const std::byte> input,
                                                const Enhanced& enhanced,
                                                security::UnixSeconds created_at);

/// Canonical JSON (RFC 8785): one manifest has one text.
[[nodiscard]] LIMPID_API std::string to_json(const Manifest& manifest);

/// Read a manifest that nobody vouches for; see verify_manifest().
/// @param json  at most limits.max_recipe_bytes + 1024 bytes.
/// @return manifest.malformed with a JSON pointer, manifest.unsupported_version, or the errors of
///     parse_recipe(). Thread-safe.
[[nodiscard]] LIMPID_API Result<Manifest> parse_manifest(std::string_view json,
                                                         const Limits& limits = {});

/// Verify and read a manifest that was signed with sign_manifest().
/// @return the errors of security::verify_document() for kManifestPurpose, then those of
///     parse_manifest(). Thread-safe.
[[nodiscard]] LIMPID_API Result<security::Verified<Manifest>> verify_manifest(
    std::string_view text, const security::TrustedKeys& keys, security::UnixSeconds now,
    const SignedOptions& options = {});

/// Sign a manifest. Absent from a library built with LIMPID_VERIFY_ONLY.
/// @return a signed document; manifest.malformed for one that parse_manifest() would refuse; the
///     errors of security::sign_document(). Thread-safe.
[[nodiscard]] LIMPID_API Result<std::string> sign_manifest(const Manifest& manifest,
                                                           const security::SigningKey& key,
                                                           const security::SigningTerms& terms);

/// Are these the two files the manifest is about?
/// @return manifest.input_mismatch | manifest.output_mismatch. Thread-safe.
[[nodiscard]] LIMPID_API Status check_files(const security::Verified<Manifest>& manifest,
                                            std::span<const std::byte> input,
                                            std::span<const std::byte> output);

}  // namespace limpid
