#include "codec/exif_edit.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "inspect/exif.hpp"
#include "inspect/tiff.hpp"

namespace limpid {
namespace {

/// Half-open byte range of the block.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Edits one block through a bounds-checked reader of the same bytes.
class ExifEditor {
public:
    ExifEditor(std::span<std::byte> bytes, const TiffReader& tiff) noexcept
        : bytes_(bytes), tiff_(tiff) {}

    void set_number(std::size_t ifd, std::uint16_t tag, std::uint32_t value) noexcept;
    /// Unlink and overwrite the thumbnail. @return how many bytes of the block are still needed.
    std::size_t drop_thumbnail() noexcept;
    [[nodiscard]] std::optional<std::size_t> sub_ifd(std::size_t ifd,
                                                     std::uint16_t tag) const noexcept;

private:
    void put(std::size_t offset, std::size_t width, std::uint32_t value) noexcept;
    void erase_thumbnail_data(std::size_t ifd) noexcept;
    void erase(std::uint64_t offset, std::uint64_t length) noexcept;

    std::span<std::byte> bytes_;
    const TiffReader& tiff_;
    std::array<Range, 5> keep_{};
    std::size_t keep_count_ = 0;
    std::optional<Range> erased_tail_;
};

void ExifEditor::put(std::size_t offset, std::size_t width, std::uint32_t value) noexcept {
    for (std::size_t i = 0; i < width; ++i) {
        const std::size_t shift = 8 * (tiff_.little_endian() ? i : width - 1 - i);
        bytes_[offset + i] = static_cast<std::byte>(value >> shift & 0xFF);
    }
}

/// Every entry with the tag: readers differ on which of two they obey.
void ExifEditor::set_number(std::size_t ifd, std::uint16_t tag, std::uint32_t value) noexcept {
    const std::size_t count = tiff_.entry_count(ifd);
    for (std::size_t i = 0; i < count; ++i) {
        const auto entry = tiff_.entry(ifd, i);
        if (!entry || entry->tag != tag || entry->count == 0) continue;
        if (entry->type == tiff_type::kByte) put(entry->value_offset, 1, value);
        if (entry->type == tiff_type::kShort) put(entry->value_offset, 2, value);
        if (entry->type == tiff_type::kLong) put(entry->value_offset, 4, value);
    }
}

std::optional<std::size_t> ExifEditor::sub_ifd(std::size_t ifd, std::uint16_t tag) const noexcept {
    const auto entry = tiff_.find(ifd, tag);
    if (!entry) return std::nullopt;
    const auto offset = tiff_.number(*entry);
    if (!offset || tiff_.entry_count(*offset) == 0) return std::nullopt;
    return *offset;
}

/// Overwrites what lies outside the directories that stay, whatever a hostile length says.
void ExifEditor::erase(std::uint64_t offset, std::uint64_t length) noexcept {
    if (offset >= bytes_.size()) return;
    const auto begin = static_cast<std::size_t>(offset);
    const auto end =
        static_cast<std::size_t>(std::min<std::uint64_t>(offset + length, bytes_.size()));
    for (std::size_t i = begin; i < end; ++i) {
        const bool kept = std::any_of(keep_.begin(), keep_.begin() + keep_count_,
                                      [i](Range r) { return i >= r.begin && i < r.end; });
        if (!kept) bytes_[i] = std::byte{0};
    }
    if (end == bytes_.size() && begin < end) {
        const std::size_t tail = erased_tail_ ? std::min(erased_tail_->begin, begin) : begin;
        erased_tail_ = Range{tail, end};
    }
}

void ExifEditor::erase_thumbnail_data(std::size_t ifd) noexcept {
    const auto erase_pairs = [this, ifd](std::uint16_t offsets_tag, std::uint16_t lengths_tag) {
        const auto offsets = tiff_.find(ifd, offsets_tag);
        const auto lengths = tiff_.find(ifd, lengths_tag);
        if (!offsets || !lengths) return;
        // A thumbnail has few strips; more would be a way to make us slow.
        constexpr std::size_t kMostStrips = 16;
        for (std::size_t i = 0; i < kMostStrips; ++i) {
            const auto offset = tiff_.number(*offsets, i);
            const auto length = tiff_.number(*lengths, i);
            if (!offset || !length) return;
            erase(*offset, *length);
        }
    };
    erase_pairs(tiff_tag::kThumbnailOffset, tiff_tag::kThumbnailLength);
    erase_pairs(tiff_tag::kStripOffsets, tiff_tag::kStripByteCounts);
}

std::size_t ExifEditor::drop_thumbnail() noexcept {
    const std::size_t ifd0 = tiff_.first_ifd();
    const auto link = tiff_.next_ifd_field(ifd0);
    const auto keep_table = [this](std::optional<std::size_t> ifd) {
        if (!ifd) return;
        const std::size_t table =
            TiffReader::kCountBytes + 4 + tiff_.entry_count(*ifd) * TiffReader::kEntryBytes;
        keep_[keep_count_++] = {*ifd, std::min(*ifd + table, bytes_.size())};
    };
    keep_[keep_count_++] = {0, std::min<std::size_t>(8, bytes_.size())};
    keep_table(ifd0);
    const auto exif_ifd = sub_ifd(ifd0, tiff_tag::kExifIfd);
    keep_table(exif_ifd);
    keep_table(sub_ifd(ifd0, tiff_tag::kGpsIfd));
    if (exif_ifd) keep_table(sub_ifd(*exif_ifd, tiff_tag::kInteroperabilityIfd));

    if (link) {
        const std::size_t ifd1 = *tiff_.u32(*link);
        put(*link, 4, 0);
        if (ifd1 != 0) {
            const std::size_t entries = tiff_.entry_count(ifd1);
            erase_thumbnail_data(ifd1);
            erase(ifd1, TiffReader::kCountBytes + entries * TiffReader::kEntryBytes + 4);
        }
    }
    // The thumbnail is last in what cameras write: cut it off instead of carrying its zeros.
    std::size_t needed = bytes_.size();
    if (erased_tail_) needed = erased_tail_->begin;
    for (std::size_t i = 0; i < keep_count_; ++i) needed = std::max(needed, keep_[i].end);
    return needed;
}

}  // namespace

void make_exif_upright(ByteBuffer& exif, int width_px, int height_px) noexcept {
    const auto tiff = TiffReader::open(exif.span());
    if (!tiff) {
        exif = {};
        return;
    }
    ExifEditor editor(exif.span(), *tiff);
    const std::size_t needed = editor.drop_thumbnail();
    const std::size_t ifd0 = tiff->first_ifd();
    const auto width = static_cast<std::uint32_t>(width_px);
    const auto height = static_cast<std::uint32_t>(height_px);
    editor.set_number(ifd0, tiff_tag::kImageWidth, width);
    editor.set_number(ifd0, tiff_tag::kImageLength, height);
    if (const auto exif_ifd = editor.sub_ifd(ifd0, tiff_tag::kExifIfd)) {
        editor.set_number(*exif_ifd, tiff_tag::kPixelXDimension, width);
        editor.set_number(*exif_ifd, tiff_tag::kPixelYDimension, height);
    }
    // Last, so that nothing above can undo it, however the directories overlap.
    editor.set_number(ifd0, tiff_tag::kOrientation, 1);
    (void)exif.resize(needed);  // shrinks: cannot fail
    // Where directories overlap the header or their own values, what was written can have moved
    // them.
    if (read_orientation(exif.span()) != 1) exif = {};
}

Result<ByteBuffer> make_copyright_exif(std::span<const std::byte> copyright) {
    // Little-endian header, a directory of two entries, no next directory: 38 bytes.
    constexpr std::size_t kTextOffset = 38;
    constexpr std::size_t kEntryValueOffset = 30;
    constexpr std::size_t kCountOffset = 26;
    // With its JPEG prefix the block must fit one segment.
    constexpr std::size_t kMostTextBytes = 65533 - 6 - kTextOffset - 1;
    constexpr std::array<std::uint8_t, kTextOffset> kTemplate = {
        'I',  'I',  42, 0, 8, 0, 0, 0, 2,  0,        // header, two entries
        0x12, 0x01, 3,  0, 1, 0, 0, 0, 1,  0, 0, 0,  // Orientation, SHORT, 1
        0x98, 0x82, 2,  0, 0, 0, 0, 0, 38, 0, 0, 0,  // Copyright, ASCII, at 38
        0,    0,    0,  0,                           // no next directory
    };
    const auto text = copyright.first(std::min(copyright.size(), kMostTextBytes));
    const std::size_t count = text.size() + 1;

    ByteBuffer exif;
    if (!exif.resize(kTextOffset + (count > 4 ? count : 0))) {
        return fail(ErrorCode::memory_exhausted, "EXIF");
    }
    std::memcpy(exif.data(), kTemplate.data(), kTemplate.size());
    exif.data()[kCountOffset] = static_cast<std::byte>(count & 0xFF);
    exif.data()[kCountOffset + 1] = static_cast<std::byte>(count >> 8);
    // Four bytes or fewer live in the entry itself.
    std::byte* value = exif.data() + (count > 4 ? kTextOffset : kEntryValueOffset);
    std::memcpy(value, text.data(), text.size());
    value[text.size()] = std::byte{0};
    return exif;
}

}  // namespace limpid
