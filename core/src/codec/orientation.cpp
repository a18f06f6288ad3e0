#include "codec/orientation.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace limpid {
namespace {

/// Side of the square that is transposed at a time: 32 rows of 32 pixels of up to 8 bytes stay in
/// any level-1 cache, on both sides.
constexpr int kBlockPx = 32;

template <std::size_t kBytes>
using Pixel = std::array<std::byte, kBytes>;

template <std::size_t kBytes>
void mirror_row(std::byte* row, int width_px) noexcept {
    auto* pixels = reinterpret_cast<Pixel<kBytes>*>(row);
    std::reverse(pixels, pixels + width_px);
}

template <std::size_t kBytes>
void mirror_rows(const MutableImageView& image) noexcept {
    for (int y = 0; y < image.height_px; ++y) mirror_row<kBytes>(image.row(y), image.width_px);
}

void flip_rows(const MutableImageView& image) noexcept {
    for (int top = 0, bottom = image.height_px - 1; top < bottom; ++top, --bottom) {
        std::swap_ranges(image.row(top), image.row(top) + image.row_bytes(), image.row(bottom));
    }
}

/// How a transposition runs through its source: to[y][x] = from[row][column], where row follows x
/// and column follows y, either from the end when it says so.
struct Transposition {
    bool rows_from_bottom;
    bool columns_from_right;
};

Transposition transposition_of(int orientation) noexcept {
    switch (orientation) {
        case 5:
            return {false, false};
        case 6:
            return {true, false};
        case 7:
            return {true, true};
        default:
            return {false, true};
    }
}

template <std::size_t kBytes>
void transpose_block(const ImageView& from, const MutableImageView& to, Transposition how, int x0,
                     int y0) noexcept {
    const int x1 = std::min(x0 + kBlockPx, to.width_px);
    const int y1 = std::min(y0 + kBlockPx, to.height_px);
    for (int y = y0; y < y1; ++y) {
        const int column = how.columns_from_right ? from.width_px - 1 - y : y;
        const int first_row = how.rows_from_bottom ? from.height_px - 1 - x0 : x0;
        const std::ptrdiff_t step =
            how.rows_from_bottom ? -from.row_stride_bytes : from.row_stride_bytes;
        const std::byte* source =
            from.row(first_row) + column * static_cast<std::ptrdiff_t>(kBytes);
        std::byte* target = to.row(y) + x0 * static_cast<std::ptrdiff_t>(kBytes);
        for (int x = x0; x < x1; ++x) {
            std::memcpy(target, source, kBytes);
            target += kBytes;
            if (x + 1 < x1) source += step;
        }
    }
}

template <std::size_t kBytes>
bool transpose(const ImageView& from, const MutableImageView& to, int orientation,
               ProgressGate& progress) {
    const Transposition how = transposition_of(orientation);
    for (int y0 = 0; y0 < to.height_px; y0 += kBlockPx) {
        // The fraction was reported by the decoder; only the cancel flag is wanted here.
        if (!progress.step(0.0)) return false;
        for (int x0 = 0; x0 < to.width_px; x0 += kBlockPx) {
            transpose_block<kBytes>(from, to, how, x0, y0);
        }
    }
    return true;
}

template <std::size_t kBytes>
Result<Image> apply(Image image, int orientation, ProgressGate& progress) {
    if (orientation == 2 || orientation == 3) mirror_rows<kBytes>(image.view());
    if (orientation == 3 || orientation == 4) flip_rows(image.view());
    if (orientation <= 4) return image;
    auto turned = Image::create(image.format(), image.height_px(), image.width_px());
    if (!turned) return turned;
    if (!transpose<kBytes>(image.view(), turned->view(), orientation, progress)) {
        return fail(ErrorCode::run_cancelled);
    }
    return turned;
}

}  // namespace

Result<Image> apply_orientation(Image image, int orientation, ProgressGate& progress) {
    switch (bytes_per_pixel(image.format())) {
        case 1:
            return apply<1>(std::move(image), orientation, progress);
        case 2:
            return apply<2>(std::move(image), orientation, progress);
        case 3:
            return apply<3>(std::move(image), orientation, progress);
        case 4:
            return apply<4>(std::move(image), orientation, progress);
        case 6:
            return apply<6>(std::move(image), orientation, progress);
        default:
            return apply<8>(std::move(image), orientation, progress);
    }
}

}  // namespace limpid
