#include <array>

#include "fuzz/decode_target.hpp"
#include "limpid/codec.hpp"
#include "limpid/digest.hpp"

namespace limpid::fuzz {
namespace {

constexpr std::array<std::byte, 3> kPixel{};

/// The PNG in which one pixel is written with `input` as EXIF block, XMP packet and ICC profile.
std::string written_with(Input input, MetadataPolicy policy) {
    Metadata metadata;
    const bool copied =
        metadata.exif.append(input) && metadata.xmp.append(input) && metadata.icc.append(input);
    require(copied, "there is memory for an input");
    const ImageView pixel{kPixel.data(), PixelFormat::rgb8, 1, 1, kPixel.size()};
    const auto file = encode(pixel, metadata, {.format = FileFormat::png, .metadata = policy});
    if (!file) return verdict_of(file.error());
    const auto info = limpid::inspect(file->span());
    require(info.has_value(), "what was written can be read");
    require(info->orientation == 1, "what was written is upright");
    return to_hex(sha256(file->span())).substr(0, 16);
}

}  // namespace

std::string metadata(Input input) {
    return written_with(input, MetadataPolicy::keep) + " " +
           written_with(input, MetadataPolicy::minimal);
}

}  // namespace limpid::fuzz
