#include <cstdint>
#include <optional>

#include "base/byte_reader.hpp"
#include "inspect/claim.hpp"
#include "inspect/exif.hpp"
#include "inspect/headers.hpp"

// Container: RFC 9649 section 2; VP8 frame header: RFC 6386 section 9.1; VP8L header: RFC 9649 3.4.

namespace limpid {
namespace {

constexpr std::uint32_t four_cc(const char (&text)[5]) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[0])) |
           static_cast<std::uint32_t>(static_cast<unsigned char>(text[1])) << 8 |
           static_cast<std::uint32_t>(static_cast<unsigned char>(text[2])) << 16 |
           static_cast<std::uint32_t>(static_cast<unsigned char>(text[3])) << 24;
}

constexpr std::uint32_t kVp8Chunk = four_cc("VP8 ");
constexpr std::uint32_t kVp8lChunk = four_cc("VP8L");
constexpr std::uint32_t kVp8xChunk = four_cc("VP8X");
constexpr std::uint32_t kAlphChunk = four_cc("ALPH");
constexpr std::uint32_t kAnmfChunk = four_cc("ANMF");
constexpr std::uint32_t kIccpChunk = four_cc("ICCP");
constexpr std::uint32_t kExifChunk = four_cc("EXIF");
constexpr std::uint32_t kXmpChunk = four_cc("XMP ");

constexpr std::uint32_t kAnimationFlag = 0x02;
constexpr std::uint32_t kAlphaFlag = 0x10;

struct BitstreamSize {
    std::uint32_t width_px = 0;
    std::uint32_t height_px = 0;
    bool alpha = false;
};

std::optional<BitstreamSize> read_vp8(std::span<const std::byte> data) {
    ByteReader frame(data);
    const auto tag = frame.le24();
    const auto start_code = frame.le24();
    const auto width = frame.le16();
    const auto height = frame.le16();
    const bool key_frame = tag && (*tag & 1) == 0;
    if (!height || !key_frame || *start_code != 0x2A019D) return std::nullopt;
    // The two top bits are an upscaling hint that decoders ignore.
    return BitstreamSize{*width & 0x3FFFu, *height & 0x3FFFu, false};
}

std::optional<BitstreamSize> read_vp8l(std::span<const std::byte> data) {
    ByteReader frame(data);
    const auto signature = frame.u8();
    const auto bits = frame.le32();
    if (!bits || *signature != 0x2F || *bits >> 29 != 0) return std::nullopt;
    return BitstreamSize{(*bits & 0x3FFF) + 1, (*bits >> 14 & 0x3FFF) + 1, (*bits >> 28 & 1) != 0};
}

class WebpWalk {
public:
    WebpWalk(std::span<const std::byte> encoded, const Limits& limits, FileHeaders& headers)
        : encoded_(encoded), limits_(limits), headers_(headers) {}

    Status run();

private:
    Status walk_chunks(ByteReader& chunks);
    Status read_chunk(std::uint32_t name, std::span<const std::byte> data);
    Status read_extended(std::span<const std::byte> data);
    Status read_bitstream(std::uint32_t name, std::span<const std::byte> data);
    Status read_metadata(std::uint32_t name, std::span<const std::byte> data);
    Status finish();

    std::span<const std::byte> encoded_;
    const Limits& limits_;
    FileHeaders& headers_;
    bool extended_ = false;
    bool saw_bitstream_ = false;
    bool alpha_ = false;
    std::uint64_t frames_ = 0;
    int chunk_index_ = 0;
};

Status WebpWalk::run() {
    constexpr std::uint32_t kSmallestRiff = 4 + 8;
    ByteReader reader(encoded_);
    (void)reader.skip(4);
    const std::uint32_t riff_bytes = *reader.le32();
    if (riff_bytes < kSmallestRiff) return fail(ErrorCode::image_malformed, "RIFF size");
    // Bytes behind the RIFF chunk are somebody else's and harmless; too few are not. What is there
    // is walked first, so that a lie inside it is told apart from a file that merely ends early.
    const auto riff = reader.take(riff_bytes);
    ByteReader chunks(riff ? *riff : encoded_.subspan(8));
    (void)chunks.skip(4);
    if (Status walked = walk_chunks(chunks); !walked) return walked;
    if (!riff) {
        return fail(ErrorCode::image_truncated, std::to_string(encoded_.size()) +
                                                    " bytes; the RIFF header says " +
                                                    std::to_string(std::uint64_t{riff_bytes} + 8));
    }
    return finish();
}

Status WebpWalk::walk_chunks(ByteReader& chunks) {
    while (chunks.remaining() > 0) {
        const auto name = chunks.le32();
        const auto length = name ? chunks.le32() : std::nullopt;
        if (!length) return fail(ErrorCode::image_truncated, "inside a WebP chunk header");
        const std::size_t present = chunks.remaining();
        const auto data = chunks.take(*length);
        if (!data) {
            return fail(ErrorCode::image_truncated, "a WebP chunk of " + std::to_string(*length) +
                                                        " bytes; " + std::to_string(present) +
                                                        " are there");
        }
        if (*length % 2 != 0) (void)chunks.skip(1);
        if (Status read = read_chunk(*name, *data); !read) return read;
        ++chunk_index_;
    }
    return {};
}

Status WebpWalk::read_chunk(std::uint32_t name, std::span<const std::byte> data) {
    switch (name) {
        case kVp8xChunk:
            return read_extended(data);
        case kVp8Chunk:
        case kVp8lChunk:
            return read_bitstream(name, data);
        case kAlphChunk:
            alpha_ = true;
            return {};
        case kAnmfChunk:
            return check_frame_count(++frames_, limits_);
        default:
            return read_metadata(name, data);
    }
}

Status WebpWalk::read_extended(std::span<const std::byte> data) {
    ByteReader header(data);
    const auto flags = header.le32();
    const auto width = header.le24();
    const auto height = header.le24();
    if (chunk_index_ != 0 || !flags || !width || !height) {
        return fail(ErrorCode::image_malformed, "WebP VP8X header");
    }
    extended_ = true;
    headers_.animated = (*flags & kAnimationFlag) != 0;
    alpha_ = (*flags & kAlphaFlag) != 0;
    return accept_size(std::uint64_t{*width} + 1, std::uint64_t{*height} + 1, limits_, headers_);
}

Status WebpWalk::read_bitstream(std::uint32_t name, std::span<const std::byte> data) {
    if (saw_bitstream_ || (!extended_ && chunk_index_ != 0)) {
        return fail(ErrorCode::image_malformed, "WebP image chunk out of place");
    }
    const auto size = name == kVp8Chunk ? read_vp8(data) : read_vp8l(data);
    if (!size) return fail(ErrorCode::image_malformed, "WebP image header");
    saw_bitstream_ = true;
    headers_.info.lossless = name == kVp8lChunk;
    // VP8L has its own alpha flag, and that is the one decoders obey.
    if (name == kVp8lChunk) alpha_ = size->alpha;
    if (extended_ && (static_cast<int>(size->width_px) != headers_.stored_width_px ||
                      static_cast<int>(size->height_px) != headers_.stored_height_px)) {
        return fail(ErrorCode::image_malformed,
                    "a WebP image of " + std::to_string(size->width_px) + " x " +
                        std::to_string(size->height_px) + " px on a canvas of " +
                        std::to_string(headers_.stored_width_px) + " x " +
                        std::to_string(headers_.stored_height_px) + " px");
    }
    return accept_size(size->width_px, size->height_px, limits_, headers_);
}

/// Metadata is defined in extended files only; elsewhere decoders skip it, and so do we.
Status WebpWalk::read_metadata(std::uint32_t name, std::span<const std::byte> data) {
    if (!extended_) return {};
    if (name == kIccpChunk && headers_.icc_part_count == 0) {
        headers_.icc_parts[0] = data;
        headers_.icc_part_count = 1;
        headers_.info.icc_bytes = data.size();
        return check_metadata_size("ICC profile", data.size(), "max_icc_bytes",
                                   limits_.max_icc_bytes);
    }
    if (name == kExifChunk && headers_.exif.empty()) headers_.exif = without_exif_prefix(data);
    if (name == kXmpChunk && headers_.xmp.empty()) {
        headers_.xmp = data;
        headers_.info.xmp_bytes = data.size();
        return check_metadata_size("XMP and text", data.size(), "max_text_bytes",
                                   limits_.max_text_bytes);
    }
    return {};
}

Status WebpWalk::finish() {
    if (!saw_bitstream_ && (!headers_.animated || frames_ == 0)) {
        return fail(ErrorCode::image_malformed, "a WebP file without an image");
    }
    ImageInfo& info = headers_.info;
    info.frame_count = headers_.animated && frames_ > 0 ? static_cast<int>(frames_) : 1;
    info.pixel_format = alpha_ ? PixelFormat::rgba8 : PixelFormat::rgb8;
    if (info.lossless) {
        info.color_model = alpha_ ? ColorModel::rgb_alpha : ColorModel::rgb;
    } else {
        info.color_model = ColorModel::ycbcr;
    }
    return {};
}

}  // namespace

Status read_webp_headers(std::span<const std::byte> encoded, const Limits& limits,
                         FileHeaders& headers) {
    return WebpWalk(encoded, limits, headers).run();
}

}  // namespace limpid
