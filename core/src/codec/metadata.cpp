#include "codec/metadata.hpp"

#include <utility>

#include "codec/exif_edit.hpp"
#include "codec/icc.hpp"
#include "codec/xmp_edit.hpp"
#include "inspect/exif.hpp"

namespace limpid {
namespace {

Status copy_block(const ByteBuffer& from, ByteBuffer& to) {
    if (!to.append(from.span())) return fail(ErrorCode::memory_exhausted, "metadata");
    return {};
}

Status keep_all(const Metadata& metadata, int width_px, int height_px, Metadata& out) {
    if (Status copied = copy_block(metadata.exif, out.exif); !copied) return copied;
    if (Status copied = copy_block(metadata.xmp, out.xmp); !copied) return copied;
    make_exif_upright(out.exif, width_px, height_px);
    make_xmp_upright(out.xmp);
    return {};
}

Status keep_copyright(const Metadata& metadata, Metadata& out) {
    const auto copyright = read_copyright(metadata.exif.span());
    if (copyright.empty()) return {};
    auto exif = make_copyright_exif(copyright);
    if (!exif) return std::unexpected(std::move(exif).error());
    out.exif = std::move(*exif);
    return {};
}

}  // namespace

Result<Metadata> metadata_to_write(const Metadata& metadata, MetadataPolicy policy, int width_px,
                                   int height_px, bool gray_pixels) {
    Metadata out;
    if (policy == MetadataPolicy::strip) return out;
    Status done;
    if (icc_fits(metadata.icc.span(), gray_pixels)) done = copy_block(metadata.icc, out.icc);
    if (done) {
        done = policy == MetadataPolicy::keep ? keep_all(metadata, width_px, height_px, out)
                                              : keep_copyright(metadata, out);
    }
    if (!done) return std::unexpected(std::move(done).error());
    return out;
}

}  // namespace limpid
