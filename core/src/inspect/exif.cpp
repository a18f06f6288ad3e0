#include "inspect/exif.hpp"

#include "base/byte_reader.hpp"
#include "inspect/tiff.hpp"

namespace limpid {

std::span<const std::byte> without_exif_prefix(std::span<const std::byte> block) noexcept {
    constexpr std::string_view kPrefix{"Exif\0\0", 6};
    return starts_with(block, kPrefix) ? block.subspan(kPrefix.size()) : block;
}

int read_orientation(std::span<const std::byte> exif) noexcept {
    const auto tiff = TiffReader::open(exif);
    if (!tiff) return 1;
    const auto entry = tiff->find(tiff->first_ifd(), tiff_tag::kOrientation);
    if (!entry) return 1;
    const auto value = tiff->number(*entry);
    return value && *value >= 1 && *value <= 8 ? static_cast<int>(*value) : 1;
}

std::span<const std::byte> read_copyright(std::span<const std::byte> exif) noexcept {
    const auto tiff = TiffReader::open(exif);
    if (!tiff) return {};
    const auto entry = tiff->find(tiff->first_ifd(), tiff_tag::kCopyright);
    if (!entry || entry->type != tiff_type::kAscii) return {};
    auto text = exif.subspan(entry->value_offset, entry->value_bytes);
    // Cameras without a copyright set write blanks or NULs.
    while (!text.empty() && (text.back() == std::byte{0} || text.back() == std::byte{' '})) {
        text = text.first(text.size() - 1);
    }
    return text;
}

}  // namespace limpid
