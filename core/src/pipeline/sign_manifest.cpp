#include "limpid/manifest.hpp"

namespace limpid {

Result<std::string> sign_manifest(const Manifest& manifest, const security::SigningKey& key,
                                  const security::SigningTerms& terms) {
    const std::string json = to_json(manifest);
    // What nobody could read is not worth a signature.
    if (const auto readable = parse_manifest(json); !readable) {
        return std::unexpected(readable.error());
    }
    return security::sign_document(json, key, kManifestPurpose, terms);
}

}  // namespace limpid
