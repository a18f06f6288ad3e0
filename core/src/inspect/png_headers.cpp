#include <algorithm>
#include <cstdint>
#include <string>

#include "base/byte_reader.hpp"
#include "inspect/claim.hpp"
#include "inspect/exif.hpp"
#include "inspect/headers.hpp"
#include "inspect/inflate.hpp"

// Chunks: W3C PNG (third edition) 11; acTL and fcTL make a PNG an animated one.

namespace limpid {
namespace {

constexpr std::uint32_t chunk_name(const char (&text)[5]) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[0])) << 24 |
           static_cast<std::uint32_t>(static_cast<unsigned char>(text[1])) << 16 |
           static_cast<std::uint32_t>(static_cast<unsigned char>(text[2])) << 8 |
           static_cast<std::uint32_t>(static_cast<unsigned char>(text[3]));
}

constexpr std::uint32_t kIhdr = chunk_name("IHDR");
constexpr std::uint32_t kPlte = chunk_name("PLTE");
constexpr std::uint32_t kTrns = chunk_name("tRNS");
constexpr std::uint32_t kIdat = chunk_name("IDAT");
constexpr std::uint32_t kIend = chunk_name("IEND");
constexpr std::uint32_t kActl = chunk_name("acTL");
constexpr std::uint32_t kFctl = chunk_name("fcTL");
constexpr std::uint32_t kIccp = chunk_name("iCCP");
constexpr std::uint32_t kExif = chunk_name("eXIf");
constexpr std::uint32_t kText = chunk_name("tEXt");
constexpr std::uint32_t kZtxt = chunk_name("zTXt");
constexpr std::uint32_t kItxt = chunk_name("iTXt");

constexpr std::string_view kXmpKeyword{"XML:com.adobe.xmp\0", 18};

/// IHDR's colour types.
constexpr int kGray = 0;
constexpr int kRgb = 2;
constexpr int kPalette = 3;
constexpr int kGrayAlpha = 4;
constexpr int kRgbAlpha = 6;

bool is_depth_allowed(int color_type, int bit_depth) {
    switch (color_type) {
        case kGray:
            return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8 ||
                   bit_depth == 16;
        case kPalette:
            return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8;
        case kRgb:
        case kGrayAlpha:
        case kRgbAlpha:
            return bit_depth == 8 || bit_depth == 16;
        default:
            return false;
    }
}

ColorModel color_model_of(int color_type) {
    switch (color_type) {
        case kGray:
            return ColorModel::gray;
        case kRgb:
            return ColorModel::rgb;
        case kPalette:
            return ColorModel::palette;
        case kGrayAlpha:
            return ColorModel::gray_alpha;
        default:
            return ColorModel::rgb_alpha;
    }
}

class PngWalk {
public:
    PngWalk(std::span<const std::byte> encoded, const Limits& limits, FileHeaders& headers)
        : reader_(encoded), limits_(limits), headers_(headers) {}

    Status run();

private:
    Status read_chunk(std::uint32_t name, std::span<const std::byte> data);
    Status read_ihdr(std::span<const std::byte> data);
    Status read_palette(std::span<const std::byte> data);
    Status read_transparency(std::span<const std::byte> data);
    Status read_animation(std::span<const std::byte> data);
    Status read_icc(std::span<const std::byte> data);
    Status read_international_text(std::span<const std::byte> data);
    Status count_text(std::uint64_t bytes);
    Status finish();

    ByteReader reader_;
    const Limits& limits_;
    FileHeaders& headers_;
    int color_type_ = -1;
    std::size_t palette_entries_ = 0;
    bool saw_pixels_ = false;
    std::uint64_t frames_claimed_ = 1;
    std::uint64_t frame_headers_ = 0;
    std::uint64_t text_bytes_ = 0;
};

Status PngWalk::run() {
    constexpr std::size_t kSignatureBytes = 8;
    constexpr std::uint32_t kMaxChunkBytes = 0x7FFFFFFF;
    if (!reader_.skip(kSignatureBytes)) return fail(ErrorCode::image_truncated);
    for (;;) {
        const auto length = reader_.be32();
        const auto name = length ? reader_.be32() : std::nullopt;
        if (!name) return fail(ErrorCode::image_truncated, "no IEND chunk before the end");
        if (*length > kMaxChunkBytes)
            return fail(ErrorCode::image_malformed, "a PNG chunk's length");
        const bool first = color_type_ < 0;
        if (first != (*name == kIhdr)) {
            return fail(ErrorCode::image_malformed,
                        "IHDR is not the first PNG chunk, or not alone");
        }
        const auto data = reader_.take(*length);
        if (!data || !reader_.skip(4))
            return fail(ErrorCode::image_truncated, "inside a PNG chunk");
        if (*name == kIend) return finish();
        if (Status read = read_chunk(*name, *data); !read) return read;
    }
}

Status PngWalk::read_chunk(std::uint32_t name, std::span<const std::byte> data) {
    switch (name) {
        case kIhdr:
            return read_ihdr(data);
        case kPlte:
            return read_palette(data);
        case kTrns:
            return read_transparency(data);
        case kIdat:
            saw_pixels_ = true;
            return {};
        case kActl:
            return read_animation(data);
        case kFctl:
            ++frame_headers_;
            return {};
        case kIccp:
            return read_icc(data);
        case kExif:
            if (headers_.exif.empty()) headers_.exif = without_exif_prefix(data);
            return {};
        case kText:
        case kZtxt:
            return count_text(data.size());
        case kItxt:
            return read_international_text(data);
        default:
            return {};
    }
}

Status PngWalk::read_ihdr(std::span<const std::byte> data) {
    constexpr std::size_t kIhdrBytes = 13;
    if (data.size() != kIhdrBytes) return fail(ErrorCode::image_malformed, "IHDR's length");
    ByteReader ihdr(data);
    const std::uint32_t width_px = *ihdr.be32();
    const std::uint32_t height_px = *ihdr.be32();
    const int bit_depth = *ihdr.u8();
    color_type_ = *ihdr.u8();
    const int compression = *ihdr.u8();
    const int filter = *ihdr.u8();
    const int interlace = *ihdr.u8();
    if (!is_depth_allowed(color_type_, bit_depth) || compression != 0 || filter != 0 ||
        interlace > 1) {
        return fail(ErrorCode::image_malformed, "PNG colour type " + std::to_string(color_type_) +
                                                    " of " + std::to_string(bit_depth) + " bits");
    }
    headers_.info.bit_depth = bit_depth;
    headers_.info.color_model = color_model_of(color_type_);
    headers_.info.progressive = interlace == 1;
    headers_.info.lossless = true;
    return accept_size(width_px, height_px, limits_, headers_);
}

Status PngWalk::read_palette(std::span<const std::byte> data) {
    const bool may_have_one =
        color_type_ == kPalette || color_type_ == kRgb || color_type_ == kRgbAlpha;
    const std::size_t largest =
        color_type_ == kPalette ? std::size_t{3} << headers_.info.bit_depth : 3 * 256;
    if (saw_pixels_ || !may_have_one || palette_entries_ != 0 || data.empty() ||
        data.size() % 3 != 0 || data.size() > largest) {
        return fail(ErrorCode::image_malformed, "PNG palette");
    }
    palette_entries_ = data.size() / 3;
    return {};
}

Status PngWalk::read_transparency(std::span<const std::byte> data) {
    const bool fits = (color_type_ == kGray && data.size() == 2) ||
                      (color_type_ == kRgb && data.size() == 6) ||
                      (color_type_ == kPalette && !data.empty() && data.size() <= palette_entries_);
    if (saw_pixels_ || !fits || headers_.has_color_key) {
        return fail(ErrorCode::image_malformed, "PNG tRNS chunk");
    }
    headers_.has_color_key = true;
    return {};
}

Status PngWalk::read_animation(std::span<const std::byte> data) {
    const auto frames = ByteReader(data).be32();
    if (!frames || *frames == 0) return fail(ErrorCode::image_malformed, "PNG acTL chunk");
    frames_claimed_ = *frames;
    return {};
}

/// The compressed profile is measured, not kept: a bomb is stopped at max_icc_bytes.
Status PngWalk::read_icc(std::span<const std::byte> data) {
    constexpr std::size_t kLongestNameBytes = 79;
    const auto end = std::find(data.begin(), data.end(), std::byte{0});
    const auto name_bytes = static_cast<std::size_t>(end - data.begin());
    // Name, NUL, compression method 0, stream.
    if (headers_.icc_part_count != 0 || name_bytes > kLongestNameBytes ||
        name_bytes + 2 > data.size() || data[name_bytes + 1] != std::byte{0}) {
        return fail(ErrorCode::image_malformed, "PNG iCCP chunk");
    }
    const auto stream = data.subspan(name_bytes + 2);
    const auto size = measure_inflated(stream, limits_.max_icc_bytes);
    if (!size) return std::unexpected(size.error());
    headers_.icc_parts[0] = stream;
    headers_.icc_part_count = 1;
    headers_.icc_deflated = true;
    headers_.info.icc_bytes = size->bytes;
    return check_metadata_size("ICC profile", size->bytes, "max_icc_bytes", limits_.max_icc_bytes);
}

Status PngWalk::read_international_text(std::span<const std::byte> data) {
    if (!starts_with(data, kXmpKeyword) || headers_.info.xmp_bytes != 0) {
        return count_text(data.size());
    }
    // Keyword NUL, compression flag, compression method, language NUL, translated keyword NUL,
    // text.
    ByteReader text(data);
    (void)text.skip(kXmpKeyword.size());
    const auto flag = text.u8();
    const auto method = text.u8();
    if (!flag || !method || *flag > 1 || *method != 0) {
        return fail(ErrorCode::image_malformed, "PNG iTXt chunk");
    }
    for (int field = 0; field < 2; ++field) {
        auto byte = text.u8();
        while (byte && *byte != 0) byte = text.u8();
        if (!byte) return fail(ErrorCode::image_malformed, "PNG iTXt chunk");
    }
    headers_.xmp = data.subspan(text.position());
    headers_.xmp_deflated = *flag == 1;
    headers_.info.xmp_bytes = headers_.xmp.size();
    if (headers_.xmp_deflated) {
        const auto size = measure_inflated(headers_.xmp, limits_.max_text_bytes);
        if (!size) return std::unexpected(size.error());
        headers_.info.xmp_bytes = size->bytes;
    }
    return count_text(headers_.info.xmp_bytes);
}

Status PngWalk::count_text(std::uint64_t bytes) {
    text_bytes_ += bytes;
    return check_metadata_size("XMP and text", text_bytes_, "max_text_bytes",
                               limits_.max_text_bytes);
}

Status PngWalk::finish() {
    if (!saw_pixels_) return fail(ErrorCode::image_malformed, "a PNG without pixels");
    if (color_type_ == kPalette && palette_entries_ == 0) {
        return fail(ErrorCode::image_malformed, "a palette PNG without a palette");
    }
    const std::uint64_t frames = std::max(frames_claimed_, frame_headers_);
    if (Status fits = check_frame_count(frames, limits_); !fits) return fits;
    ImageInfo& info = headers_.info;
    info.frame_count = static_cast<int>(std::min<std::uint64_t>(frames, 0x7FFFFFFF));
    const bool alpha =
        color_type_ == kGrayAlpha || color_type_ == kRgbAlpha || headers_.has_color_key;
    const bool deep = info.bit_depth == 16;
    if (alpha) {
        info.pixel_format = deep ? PixelFormat::rgba16 : PixelFormat::rgba8;
    } else if (color_type_ == kGray) {
        info.pixel_format = deep ? PixelFormat::gray16 : PixelFormat::gray8;
    } else {
        info.pixel_format = deep ? PixelFormat::rgb16 : PixelFormat::rgb8;
    }
    return {};
}

}  // namespace

Status read_png_headers(std::span<const std::byte> encoded, const Limits& limits,
                        FileHeaders& headers) {
    return PngWalk(encoded, limits, headers).run();
}

}  // namespace limpid
