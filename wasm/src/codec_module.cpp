// limpid-jpeg.wasm, limpid-png.wasm and limpid-webp.wasm: files to pixels and back.

#include <emscripten/bind.h>

#include "bindings.hpp"

namespace limpid::wasm {

EMSCRIPTEN_BINDINGS(limpid_codec) {
    emscripten::function("version", &version);
    emscripten::function("memoryUse", &memory_use);
    emscripten::function("setThreads", &set_threads);
    emscripten::function("inspect", &inspect_file);
    emscripten::function("decode", &decode_file);
    emscripten::function("encode", &encode_pixels);
}

}  // namespace limpid::wasm
