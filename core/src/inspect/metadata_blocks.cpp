#include "inspect/headers.hpp"
#include "inspect/inflate.hpp"

namespace limpid {
namespace {

Result<ByteBuffer> copy_of(std::span<const std::byte> bytes) {
    ByteBuffer copy;
    if (!copy.append(bytes)) return fail(ErrorCode::memory_exhausted, "metadata");
    return copy;
}

}  // namespace

Result<ByteBuffer> read_icc(const FileHeaders& headers, const Limits& limits) {
    if (headers.icc_deflated) return inflate_bounded(headers.icc_parts[0], limits.max_icc_bytes);
    ByteBuffer icc;
    for (const auto part : std::span(headers.icc_parts).first(headers.icc_part_count)) {
        if (!icc.append(part)) return fail(ErrorCode::memory_exhausted, "ICC profile");
    }
    return icc;
}

Result<ByteBuffer> read_xmp(const FileHeaders& headers, const Limits& limits) {
    if (headers.xmp_deflated) return inflate_bounded(headers.xmp, limits.max_text_bytes);
    return copy_of(headers.xmp);
}

Result<ByteBuffer> read_exif(const FileHeaders& headers) { return copy_of(headers.exif); }

}  // namespace limpid
