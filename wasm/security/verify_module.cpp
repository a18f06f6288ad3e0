// limpid-security.wasm: everything that verifies. It cannot sign.
#include <string>

#include <emscripten/bind.h>

#include "limpid/version.hpp"
#include "security/bindings.hpp"

namespace limpid::wasm {
namespace {

std::string version() { return LIMPID_VERSION_STRING; }

}  // namespace

EMSCRIPTEN_BINDINGS(limpid_security) {
    emscripten::function("version", &version);
    emscripten::function("verifyRecipe", &verify_recipe_document);
    emscripten::function("verifyManifest", &verify_manifest_document);
    emscripten::function("verifyFile", &verify_file);
    emscripten::function("verifyWebhook", &verify_webhook);
    emscripten::function("verifyJwt", &verify_json_web_token);
    emscripten::function("verifyLicense", &verify_license_text);
    emscripten::function("parseJson", &parse_json);
}

}  // namespace limpid::wasm
