#include "codec/webp_container.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/byte_reader.hpp"

namespace limpid {
namespace {

constexpr std::size_t kRiffHeaderBytes = 12;
constexpr std::size_t kChunkHeaderBytes = 8;
constexpr std::uint32_t kExtendedBytes = 10;

constexpr std::uint32_t kHasXmpFlag = 0x04;
constexpr std::uint32_t kHasExifFlag = 0x08;
constexpr std::uint32_t kHasAlphaFlag = 0x10;
constexpr std::uint32_t kHasIccFlag = 0x20;

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// Appends and remembers whether anything failed, so that writing reads as a list.
class RiffWriter {
public:
    void bytes(std::span<const std::byte> data) noexcept { ok_ = ok_ && out_.append(data); }
    void number(std::uint32_t value, int width) noexcept {
        for (int i = 0; i < width; ++i) {
            const std::array byte = {static_cast<std::byte>(value >> (8 * i) & 0xFF)};
            bytes(byte);
        }
    }
    void chunk(std::string_view name, std::span<const std::byte> data) noexcept {
        if (data.empty()) return;
        bytes(bytes_of(name));
        number(static_cast<std::uint32_t>(data.size()), 4);
        bytes(data);
        if (data.size() % 2 != 0) number(0, 1);
    }
    [[nodiscard]] Result<ByteBuffer> take() {
        if (!ok_) return fail(ErrorCode::memory_exhausted, "WebP file");
        return std::move(out_);
    }

private:
    ByteBuffer out_;
    bool ok_ = true;
};

std::size_t padded(std::size_t bytes) { return bytes + bytes % 2; }

std::size_t chunk_bytes(const ByteBuffer& data) {
    return data.empty() ? 0 : kChunkHeaderBytes + padded(data.size());
}

/// libwebp's image chunks, without a VP8X of its own.
std::span<const std::byte> image_chunks(std::span<const std::byte> file) {
    const auto chunks = file.subspan(kRiffHeaderBytes);
    return starts_with(chunks, "VP8X") ? chunks.subspan(kChunkHeaderBytes + kExtendedBytes)
                                       : chunks;
}

}  // namespace

Result<ByteBuffer> add_webp_metadata(ByteBuffer file, const Metadata& metadata, int width_px,
                                     int height_px, bool alpha) {
    if (metadata.icc.empty() && metadata.exif.empty() && metadata.xmp.empty()) return file;
    if (file.size() < kRiffHeaderBytes + kChunkHeaderBytes + kExtendedBytes) {
        return fail(ErrorCode::encode_failed, "libwebp wrote no image");
    }
    const auto image = image_chunks(file.span());
    const std::size_t riff_bytes = 4 + kChunkHeaderBytes + kExtendedBytes +
                                   chunk_bytes(metadata.icc) + image.size() +
                                   chunk_bytes(metadata.exif) + chunk_bytes(metadata.xmp);
    std::uint32_t flags = alpha ? kHasAlphaFlag : 0;
    if (!metadata.icc.empty()) flags |= kHasIccFlag;
    if (!metadata.exif.empty()) flags |= kHasExifFlag;
    if (!metadata.xmp.empty()) flags |= kHasXmpFlag;

    RiffWriter riff;
    riff.bytes(bytes_of("RIFF"));
    riff.number(static_cast<std::uint32_t>(riff_bytes), 4);
    riff.bytes(bytes_of("WEBPVP8X"));
    riff.number(kExtendedBytes, 4);
    riff.number(flags, 4);
    riff.number(static_cast<std::uint32_t>(width_px - 1), 3);
    riff.number(static_cast<std::uint32_t>(height_px - 1), 3);
    riff.chunk("ICCP", metadata.icc.span());
    riff.bytes(image);
    riff.chunk("EXIF", metadata.exif.span());
    riff.chunk("XMP ", metadata.xmp.span());
    return riff.take();
}

}  // namespace limpid
