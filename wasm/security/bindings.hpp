#pragma once

#include <emscripten/val.h>

// What JavaScript can call. Each function marshals, calls the library and marshals back; nothing is
// decided here and nothing is kept after the call.
//
// A call returns an object with its results; or with the member `refused`: {code, found}
// when what was verified does not hold; or with `error`, of the same form, when the call itself
// went wrong. Bytes and texts come as Uint8Arrays, secrets always. Options are
// plain objects, members as in limpid/security/*.hpp; moments are Unix seconds.

namespace limpid::wasm {

// signatures.cpp
emscripten::val generate_keys(const emscripten::val& options);
emscripten::val verify_recipe_document(const emscripten::val& document,
                                       const emscripten::val& options);
emscripten::val verify_manifest_document(const emscripten::val& document,
                                         const emscripten::val& options);
emscripten::val sign_recipe_json(const emscripten::val& recipe, const emscripten::val& options);
emscripten::val sign_manifest_of(const emscripten::val& files, const emscripten::val& options);
emscripten::val verify_file(const emscripten::val& file, const emscripten::val& options);
emscripten::val sign_file(const emscripten::val& file, const emscripten::val& options);

// webhooks.cpp
emscripten::val verify_webhook(const emscripten::val& body, const emscripten::val& headers,
                               const emscripten::val& options);
emscripten::val sign_webhook(const emscripten::val& body, const emscripten::val& options);

// tokens.cpp
emscripten::val verify_json_web_token(const emscripten::val& token, const emscripten::val& options);

// licenses.cpp
emscripten::val verify_license_text(const emscripten::val& text, const emscripten::val& options);

// data.cpp
emscripten::val inspect_file(const emscripten::val& file, const emscripten::val& options);
emscripten::val sniff(const emscripten::val& content);
emscripten::val check_upload_content(const emscripten::val& content,
                                     const emscripten::val& options);
emscripten::val parse_json(const emscripten::val& text, const emscripten::val& options);
emscripten::val redact(const emscripten::val& text, const emscripten::val& options);

}  // namespace limpid::wasm
