// In place of webp_decode.cpp and webp_encode.cpp, for WebAssembly modules without WebP: see
// wasm/CMakeLists.txt. Headers are read all the same.

#include "codec/codecs.hpp"

namespace limpid {

Result<Image> decode_webp(const DecodeJob& /*job*/) {
    return fail(ErrorCode::image_unsupported, "this module decodes no WebP");
}

Result<ByteBuffer> encode_webp(const EncodeJob& /*job*/) {
    return fail(ErrorCode::encode_unsupported, "this module encodes no WebP");
}

}  // namespace limpid
