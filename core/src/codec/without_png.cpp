// In place of png_decode.cpp and png_encode.cpp, for WebAssembly modules without PNG: see
// wasm/CMakeLists.txt. Headers are read all the same.

#include "codec/codecs.hpp"

namespace limpid {

Result<Image> decode_png(const DecodeJob& /*job*/) {
    return fail(ErrorCode::image_unsupported, "this module decodes no PNG");
}

Result<ByteBuffer> encode_png(const EncodeJob& /*job*/) {
    return fail(ErrorCode::encode_unsupported, "this module encodes no PNG");
}

}  // namespace limpid
