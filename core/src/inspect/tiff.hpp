#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace limpid {

/// Tags limpid reads or writes (EXIF 2.32, tables 4, 7 and 15).
namespace tiff_tag {
inline constexpr std::uint16_t kImageWidth = 0x0100;
inline constexpr std::uint16_t kImageLength = 0x0101;
inline constexpr std::uint16_t kStripOffsets = 0x0111;
inline constexpr std::uint16_t kOrientation = 0x0112;
inline constexpr std::uint16_t kStripByteCounts = 0x0117;
inline constexpr std::uint16_t kThumbnailOffset = 0x0201;
inline constexpr std::uint16_t kThumbnailLength = 0x0202;
inline constexpr std::uint16_t kCopyright = 0x8298;
inline constexpr std::uint16_t kExifIfd = 0x8769;
inline constexpr std::uint16_t kGpsIfd = 0x8825;
inline constexpr std::uint16_t kPixelXDimension = 0xA002;
inline constexpr std::uint16_t kPixelYDimension = 0xA003;
inline constexpr std::uint16_t kInteroperabilityIfd = 0xA005;
}  // namespace tiff_tag

/// TIFF field types limpid handles by value.
namespace tiff_type {
inline constexpr std::uint16_t kByte = 1;
inline constexpr std::uint16_t kAscii = 2;
inline constexpr std::uint16_t kShort = 3;
inline constexpr std::uint16_t kLong = 4;
}  // namespace tiff_type

/// One 12-byte directory entry whose value lies inside the block.
struct TiffEntry {
    std::uint16_t tag = 0;
    std::uint16_t type = 0;
    std::uint32_t count = 0;
    /// Where the 12 bytes of the entry are, and where its value is (inside them when it fits in 4).
    std::size_t offset = 0;
    std::size_t value_offset = 0;
    std::size_t value_bytes = 0;
};

/// Bounds-checked view of a TIFF structure (an EXIF block). Follows no pointer by itself, so cycles
/// cannot trap it: a caller asks for one directory at a time. Offsets may be odd; both byte orders.
class TiffReader {
public:
    /// Bytes of a directory entry, and of the count before the entries.
    static constexpr std::size_t kEntryBytes = 12;
    static constexpr std::size_t kCountBytes = 2;

    /// Nothing when the eight bytes of the header are not there or not right.
    [[nodiscard]] static std::optional<TiffReader> open(std::span<const std::byte> bytes) noexcept;

    [[nodiscard]] bool little_endian() const noexcept { return little_endian_; }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
    /// Offset of the first directory; may lie outside the block.
    [[nodiscard]] std::size_t first_ifd() const noexcept { return first_ifd_; }

    /// Entries of the directory at `ifd`; a count that runs past the end of the block is cut there.
    [[nodiscard]] std::size_t entry_count(std::size_t ifd) const noexcept;
    /// Nothing when the entry's type is unknown or its value lies outside the block.
    /// Precondition: index < entry_count(ifd).
    [[nodiscard]] std::optional<TiffEntry> entry(std::size_t ifd, std::size_t index) const noexcept;
    /// The first readable entry with this tag.
    [[nodiscard]] std::optional<TiffEntry> find(std::size_t ifd, std::uint16_t tag) const noexcept;
    /// Where the pointer to the next directory is stored; nothing when that is outside the block.
    [[nodiscard]] std::optional<std::size_t> next_ifd_field(std::size_t ifd) const noexcept;

    /// Value number `index` of a BYTE, SHORT or LONG entry.
    [[nodiscard]] std::optional<std::uint32_t> number(const TiffEntry& entry,
                                                      std::size_t index = 0) const noexcept;
    [[nodiscard]] std::optional<std::uint16_t> u16(std::size_t offset) const noexcept;
    [[nodiscard]] std::optional<std::uint32_t> u32(std::size_t offset) const noexcept;

private:
    TiffReader(std::span<const std::byte> bytes, bool little_endian) noexcept
        : bytes_(bytes), little_endian_(little_endian) {}

    std::span<const std::byte> bytes_;
    bool little_endian_;
    std::size_t first_ifd_ = 0;
};

}  // namespace limpid
