// limpid-security-tools.wasm: what signs, looks at files and cleans texts.
#include <string>

#include <emscripten/bind.h>

#include "limpid/version.hpp"
#include "security/bindings.hpp"

namespace limpid::wasm {
namespace {

std::string version() { return LIMPID_VERSION_STRING; }

}  // namespace

EMSCRIPTEN_BINDINGS(limpid_security_tools) {
    emscripten::function("version", &version);
    emscripten::function("generateKeys", &generate_keys);
    emscripten::function("signRecipe", &sign_recipe_json);
    emscripten::function("signManifest", &sign_manifest_of);
    emscripten::function("signFile", &sign_file);
    emscripten::function("signWebhook", &sign_webhook);
    emscripten::function("inspect", &inspect_file);
    emscripten::function("sniff", &sniff);
    emscripten::function("checkUpload", &check_upload_content);
    emscripten::function("redact", &redact);
}

}  // namespace limpid::wasm
