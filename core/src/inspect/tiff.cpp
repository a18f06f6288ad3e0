#include "inspect/tiff.hpp"

#include <algorithm>
#include <array>

#include "base/byte_reader.hpp"

namespace limpid {
namespace {

/// Bytes per value of the TIFF 6.0 types 1..13; 0 for what is no type.
constexpr std::array<std::uint8_t, 14> kTypeBytes = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

}  // namespace

std::optional<TiffReader> TiffReader::open(std::span<const std::byte> bytes) noexcept {
    constexpr std::size_t kHeaderBytes = 8;
    if (bytes.size() < kHeaderBytes) return std::nullopt;
    const bool little = starts_with(bytes, {"II*\0", 4});
    if (!little && !starts_with(bytes, {"MM\0*", 4})) return std::nullopt;
    TiffReader reader(bytes, little);
    reader.first_ifd_ = *reader.u32(4);
    return reader;
}

std::optional<std::uint16_t> TiffReader::u16(std::size_t offset) const noexcept {
    if (offset > bytes_.size()) return std::nullopt;
    ByteReader reader(bytes_.subspan(offset));
    return little_endian_ ? reader.le16() : reader.be16();
}

std::optional<std::uint32_t> TiffReader::u32(std::size_t offset) const noexcept {
    if (offset > bytes_.size()) return std::nullopt;
    ByteReader reader(bytes_.subspan(offset));
    return little_endian_ ? reader.le32() : reader.be32();
}

std::size_t TiffReader::entry_count(std::size_t ifd) const noexcept {
    const auto claimed = u16(ifd);
    if (!claimed) return 0;
    const std::size_t room = (bytes_.size() - ifd - kCountBytes) / kEntryBytes;
    return std::min<std::size_t>(*claimed, room);
}

std::optional<TiffEntry> TiffReader::entry(std::size_t ifd, std::size_t index) const noexcept {
    TiffEntry entry;
    entry.offset = ifd + kCountBytes + index * kEntryBytes;
    const auto tag = u16(entry.offset);
    const auto type = u16(entry.offset + 2);
    const auto count = u32(entry.offset + 4);
    const auto value = u32(entry.offset + 8);
    if (!tag || !type || !count || !value) return std::nullopt;
    if (*type >= kTypeBytes.size() || kTypeBytes[*type] == 0) return std::nullopt;

    // 32-bit count times at most 8: cannot overflow 64 bits, where 32-bit size_t would.
    const std::uint64_t value_bytes = std::uint64_t{*count} * kTypeBytes[*type];
    const std::uint64_t value_offset = value_bytes <= 4 ? entry.offset + 8 : *value;
    if (value_offset + value_bytes > bytes_.size()) return std::nullopt;
    entry.tag = *tag;
    entry.type = *type;
    entry.count = *count;
    entry.value_offset = static_cast<std::size_t>(value_offset);
    entry.value_bytes = static_cast<std::size_t>(value_bytes);
    return entry;
}

std::optional<TiffEntry> TiffReader::find(std::size_t ifd, std::uint16_t tag) const noexcept {
    const std::size_t count = entry_count(ifd);
    for (std::size_t i = 0; i < count; ++i) {
        const auto found = entry(ifd, i);
        if (found && found->tag == tag) return found;
    }
    return std::nullopt;
}

std::optional<std::size_t> TiffReader::next_ifd_field(std::size_t ifd) const noexcept {
    const auto claimed = u16(ifd);
    if (!claimed || *claimed != entry_count(ifd)) return std::nullopt;
    const std::size_t field = ifd + kCountBytes + *claimed * kEntryBytes;
    if (!u32(field)) return std::nullopt;
    return field;
}

std::optional<std::uint32_t> TiffReader::number(const TiffEntry& entry,
                                                std::size_t index) const noexcept {
    if (index >= entry.count) return std::nullopt;
    switch (entry.type) {
        case tiff_type::kByte:
            return std::to_integer<std::uint32_t>(bytes_[entry.value_offset + index]);
        case tiff_type::kShort:
            return u16(entry.value_offset + 2 * index);
        case tiff_type::kLong:
            return u32(entry.value_offset + 4 * index);
        default:
            return std::nullopt;
    }
}

}  // namespace limpid
