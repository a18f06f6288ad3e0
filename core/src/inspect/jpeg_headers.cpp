#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/byte_reader.hpp"
#include "inspect/claim.hpp"
#include "inspect/headers.hpp"
#include "inspect/jpeg_quality.hpp"

// Marker codes and segment layouts: ITU-T T.81 annex B; APP1 and APP2 uses: EXIF 2.32, XMP part 3,
// ICC.1 annex B.4; APP14: Adobe technical note 5116.

namespace limpid {
namespace {

constexpr std::uint8_t kSof0 = 0xC0;
constexpr std::uint8_t kSof1 = 0xC1;
constexpr std::uint8_t kSof2 = 0xC2;
constexpr std::uint8_t kDht = 0xC4;
constexpr std::uint8_t kRst0 = 0xD0;
constexpr std::uint8_t kRst7 = 0xD7;
constexpr std::uint8_t kSoi = 0xD8;
constexpr std::uint8_t kEoi = 0xD9;
constexpr std::uint8_t kSos = 0xDA;
constexpr std::uint8_t kDqt = 0xDB;
constexpr std::uint8_t kDhp = 0xDE;
constexpr std::uint8_t kApp0 = 0xE0;
constexpr std::uint8_t kApp1 = 0xE1;
constexpr std::uint8_t kApp2 = 0xE2;
constexpr std::uint8_t kApp14 = 0xEE;
constexpr std::uint8_t kCom = 0xFE;
constexpr std::uint8_t kTem = 0x01;

constexpr std::string_view kExifTag{"Exif\0\0", 6};
constexpr std::string_view kXmpTag{"http://ns.adobe.com/xap/1.0/\0", 29};
constexpr std::string_view kIccTag{"ICC_PROFILE\0", 12};
constexpr std::string_view kJfifTag{"JFIF\0", 5};
constexpr std::string_view kAdobeTag{"Adobe", 5};

struct Component {
    int id = 0;
    int horizontal = 1;
    int vertical = 1;
    int quantisation_table = 0;
};

/// Coding processes of T.81 that limpid does not read: lossless, hierarchical, arithmetic.
bool is_unsupported_frame(std::uint8_t marker) {
    return (marker >= 0xC3 && marker <= 0xCF && marker != kDht && marker != 0xCC) || marker == kDhp;
}

class JpegWalk {
public:
    JpegWalk(std::span<const std::byte> encoded, const Limits& limits, FileHeaders& headers)
        : reader_(encoded), limits_(limits), headers_(headers) {}

    Status run();

private:
    std::optional<std::uint8_t> next_marker();
    Result<bool> handle(std::uint8_t marker);
    Status read_segment(std::uint8_t marker, std::span<const std::byte> payload);
    Status read_frame(std::uint8_t marker, std::span<const std::byte> payload);
    void read_icc_part(std::span<const std::byte> payload);
    void read_adobe(std::span<const std::byte> payload);
    Status finish();
    void finish_icc();
    ColorModel color_model() const;
    std::string_view subsampling() const;

    ByteReader reader_;
    const Limits& limits_;
    FileHeaders& headers_;
    std::array<Component, 4> components_{};
    int component_count_ = 0;
    QuantisationTables quantisation_;
    bool saw_jfif_ = false;
    std::optional<int> adobe_transform_;
    std::size_t icc_parts_expected_ = 0;
    std::size_t icc_parts_seen_ = 0;
    bool icc_inconsistent_ = false;
    std::uint64_t comment_bytes_ = 0;
};

/// Skips fill bytes, and bytes that belong to no segment, as every decoder does.
std::optional<std::uint8_t> JpegWalk::next_marker() {
    constexpr std::uint8_t kMarkerPrefix = 0xFF;
    for (;;) {
        auto byte = reader_.u8();
        while (byte && *byte != kMarkerPrefix) byte = reader_.u8();
        while (byte && *byte == kMarkerPrefix) byte = reader_.u8();
        if (!byte || *byte != 0) return byte;
    }
}

Status JpegWalk::run() {
    // Precondition: the signature was seen.
    if (!reader_.skip(2)) return fail(ErrorCode::image_truncated);
    for (;;) {
        const auto marker = next_marker();
        if (!marker) return fail(ErrorCode::image_truncated, "no image before the end");
        const auto goes_on = handle(*marker);
        if (!goes_on) return std::unexpected(goes_on.error());
        if (!*goes_on) return finish();
    }
}

/// @return false at the start of the first scan.
Result<bool> JpegWalk::handle(std::uint8_t marker) {
    if (marker == kSoi) return fail(ErrorCode::image_malformed, "a second start of image");
    if (marker == kEoi) return fail(ErrorCode::image_malformed, "no image before the end marker");
    if (marker == kTem || (marker >= kRst0 && marker <= kRst7)) return true;
    if (is_unsupported_frame(marker)) {
        return fail(ErrorCode::image_unsupported,
                    "JPEG that is lossless, hierarchical or arithmetic-coded");
    }
    const auto length = reader_.be16();
    if (!length) return fail(ErrorCode::image_truncated, "inside a JPEG segment");
    if (*length < 2) return fail(ErrorCode::image_malformed, "a JPEG segment shorter than itself");
    const auto payload = reader_.take(*length - 2u);
    if (!payload) return fail(ErrorCode::image_truncated, "inside a JPEG segment");
    if (marker == kSos) return false;
    if (Status read = read_segment(marker, *payload); !read) {
        return std::unexpected(std::move(read).error());
    }
    return true;
}

Status JpegWalk::read_segment(std::uint8_t marker, std::span<const std::byte> payload) {
    switch (marker) {
        case kSof0:
        case kSof1:
        case kSof2:
            return read_frame(marker, payload);
        case kDqt:
            quantisation_.read(payload);
            break;
        case kApp0:
            saw_jfif_ = saw_jfif_ || starts_with(payload, kJfifTag);
            break;
        case kApp1:
            // Extended XMP (often a depth map of megabytes) is left alone: it is not read, so it
            // costs nothing, and Metadata holds one packet.
            if (starts_with(payload, kExifTag) && headers_.exif.empty()) {
                headers_.exif = payload.subspan(kExifTag.size());
            } else if (starts_with(payload, kXmpTag) && headers_.xmp.empty()) {
                headers_.xmp = payload.subspan(kXmpTag.size());
            }
            break;
        case kApp2:
            if (starts_with(payload, kIccTag)) read_icc_part(payload.subspan(kIccTag.size()));
            break;
        case kApp14:
            read_adobe(payload);
            break;
        case kCom:
            comment_bytes_ += payload.size();
            break;
        default:
            break;
    }
    return {};
}

Status JpegWalk::read_frame(std::uint8_t marker, std::span<const std::byte> payload) {
    if (component_count_ != 0) return fail(ErrorCode::image_malformed, "two frame headers");
    ByteReader frame(payload);
    const auto precision = frame.u8();
    const auto height_px = frame.be16();
    const auto width_px = frame.be16();
    const auto count = frame.u8();
    if (!precision || !height_px || !width_px || !count ||
        frame.remaining() != std::size_t{3} * *count) {
        return fail(ErrorCode::image_malformed, "a JPEG frame header of the wrong length");
    }
    if (*precision != 8) {
        return fail(ErrorCode::image_unsupported,
                    "JPEG of " + std::to_string(*precision) + " bits per sample; 8 is read");
    }
    if (*count != 1 && *count != 3 && *count != 4) {
        return fail(ErrorCode::image_unsupported,
                    "JPEG of " + std::to_string(*count) + " components; 1, 3 and 4 are read");
    }
    for (int i = 0; i < *count; ++i) {
        const int id = *frame.u8();
        const int sampling = *frame.u8();
        const int table = *frame.u8();
        components_[static_cast<std::size_t>(i)] = {id, sampling >> 4, sampling & 15, table};
        if (sampling >> 4 < 1 || sampling >> 4 > 4 || (sampling & 15) < 1 || (sampling & 15) > 4) {
            return fail(ErrorCode::image_malformed, "a JPEG sampling factor outside 1..4");
        }
    }
    component_count_ = *count;
    headers_.info.progressive = marker == kSof2;
    return accept_size(*width_px, *height_px, limits_, headers_);
}

void JpegWalk::read_icc_part(std::span<const std::byte> payload) {
    ByteReader part(payload);
    const auto number = part.u8();
    const auto count = part.u8();
    if (!number || !count || *number == 0 || *number > *count ||
        (icc_parts_expected_ != 0 && icc_parts_expected_ != *count)) {
        icc_inconsistent_ = true;
        return;
    }
    auto& slot = headers_.icc_parts[*number - 1u];
    if (!slot.empty()) icc_inconsistent_ = true;
    icc_parts_expected_ = *count;
    slot = payload.subspan(2);
    ++icc_parts_seen_;
}

void JpegWalk::read_adobe(std::span<const std::byte> payload) {
    constexpr std::size_t kTransformOffset = 11;
    if (starts_with(payload, kAdobeTag) && payload.size() > kTransformOffset) {
        adobe_transform_ = std::to_integer<int>(payload[kTransformOffset]);
    }
}

/// libjpeg's rules (jdapimin.c, default_decompress_parms), so that the claim is what is decoded.
ColorModel JpegWalk::color_model() const {
    if (component_count_ == 1) return ColorModel::gray;
    if (component_count_ == 4) {
        return adobe_transform_.value_or(0) != 0 ? ColorModel::ycck : ColorModel::cmyk;
    }
    if (saw_jfif_) return ColorModel::ycbcr;
    if (adobe_transform_) return *adobe_transform_ == 0 ? ColorModel::rgb : ColorModel::ycbcr;
    const bool named_rgb =
        components_[0].id == 'R' && components_[1].id == 'G' && components_[2].id == 'B';
    return named_rgb ? ColorModel::rgb : ColorModel::ycbcr;
}

std::string_view JpegWalk::subsampling() const {
    const ColorModel model = headers_.info.color_model;
    if (model != ColorModel::ycbcr && model != ColorModel::ycck) return "";
    const Component& luma = components_[0];
    const Component& blue = components_[1];
    const Component& red = components_[2];
    if (blue.horizontal != red.horizontal || blue.vertical != red.vertical ||
        luma.horizontal % blue.horizontal != 0 || luma.vertical % blue.vertical != 0) {
        return "other";
    }
    const int across = luma.horizontal / blue.horizontal;
    const int down = luma.vertical / blue.vertical;
    if (across == 1 && down == 1) return "4:4:4";
    if (across == 2 && down == 1) return "4:2:2";
    if (across == 2 && down == 2) return "4:2:0";
    if (across == 1 && down == 2) return "4:4:0";
    if (across == 4 && down == 1) return "4:1:1";
    return "other";
}

/// Parts that contradict each other are no profile: decoders ignore them, and so do we.
void JpegWalk::finish_icc() {
    if (icc_inconsistent_ || icc_parts_seen_ != icc_parts_expected_) {
        headers_.icc_parts = {};
        return;
    }
    headers_.icc_part_count = icc_parts_seen_;
    for (const auto part : headers_.icc_parts) headers_.info.icc_bytes += part.size();
}

Status JpegWalk::finish() {
    if (component_count_ == 0) {
        return fail(ErrorCode::image_malformed, "a JPEG scan before its frame header");
    }
    ImageInfo& info = headers_.info;
    info.color_model = color_model();
    info.chroma_subsampling = subsampling();
    info.jpeg_quality = quantisation_.quality_of(components_[0].quantisation_table);
    info.pixel_format =
        info.color_model == ColorModel::gray ? PixelFormat::gray8 : PixelFormat::rgb8;
    info.xmp_bytes = headers_.xmp.size();
    finish_icc();
    if (Status fits = check_metadata_size("ICC profile", info.icc_bytes, "max_icc_bytes",
                                          limits_.max_icc_bytes);
        !fits) {
        return fits;
    }
    return check_metadata_size("XMP and text", info.xmp_bytes + comment_bytes_, "max_text_bytes",
                               limits_.max_text_bytes);
}

}  // namespace

Status read_jpeg_headers(std::span<const std::byte> encoded, const Limits& limits,
                         FileHeaders& headers) {
    return JpegWalk(encoded, limits, headers).run();
}

}  // namespace limpid
