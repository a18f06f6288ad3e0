// In place of jpeg_decode.cpp and jpeg_encode.cpp, for WebAssembly modules without JPEG: see
// wasm/CMakeLists.txt. Headers are read all the same.

#include "codec/codecs.hpp"

namespace limpid {

Result<Image> decode_jpeg(const DecodeJob& /*job*/) {
    return fail(ErrorCode::image_unsupported, "this module decodes no JPEG");
}

Result<ByteBuffer> encode_jpeg(const EncodeJob& /*job*/) {
    return fail(ErrorCode::encode_unsupported, "this module encodes no JPEG");
}

}  // namespace limpid
