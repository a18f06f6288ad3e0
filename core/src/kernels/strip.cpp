#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "kernels/kernels.hpp"
#include "kernels/strip_checks.hpp"

namespace limpid::kernels {

InputStrip whole(const ImageView& image) noexcept { return {image, 0, image.height_px}; }
OutputStrip whole(const MutableImageView& image) noexcept { return {image, 0}; }

InputStrip strip(const ImageView& image, RowRange rows) noexcept {
    ImageView part = image;
    part.data = image.row(rows.begin);
    part.height_px = rows.count();
    return {part, rows.begin, image.height_px};
}
OutputStrip strip(const MutableImageView& image, RowRange rows) noexcept {
    MutableImageView part = image;
    part.data = image.row(rows.begin);
    part.height_px = rows.count();
    return {part, rows.begin};
}

namespace {

Status invalid(const std::string& found) { return fail(ErrorCode::argument_invalid, found); }

std::string text(RowRange rows) {
    return std::to_string(rows.begin) + " to " + std::to_string(rows.end);
}

/// For strips not known to lie in their image, where first + count may overflow.
std::string outside(int first_row, int count, int image_height_px) {
    return std::to_string(count) + " rows from row " + std::to_string(first_row) +
           " on, of an image of " + std::to_string(image_height_px);
}

std::uintptr_t address(const std::byte* data) { return reinterpret_cast<std::uintptr_t>(data); }

/// Addresses from the first row's first byte to the last row's last.
bool share_memory(const ImageView& a, const ImageView& b) {
    const auto end = [](const ImageView& v) {
        return address(v.data) +
               static_cast<std::size_t>(v.height_px - 1) *
                   static_cast<std::size_t>(v.row_stride_bytes) +
               v.row_bytes();
    };
    return address(a.data) < end(b) && address(b.data) < end(a);
}

}  // namespace

Status check_pixels(const ImageView& rows, const char* what) {
    constexpr int kMaxSide = 65535;
    const std::string name = what;
    if (rows.data == nullptr) return invalid(name + " has no pixels");
    if (static_cast<unsigned>(rows.format) > static_cast<unsigned>(PixelFormat::rgba16)) {
        return invalid(name + " has an unknown pixel format");
    }
    if (rows.width_px < 1 || rows.width_px > kMaxSide || rows.height_px < 1 ||
        rows.height_px > kMaxSide) {
        return invalid(name + " is " + std::to_string(rows.width_px) + " x " +
                       std::to_string(rows.height_px) + " px; sides are 1 to 65535");
    }
    if (rows.row_stride_bytes < static_cast<std::ptrdiff_t>(rows.row_bytes())) {
        return invalid(name + " has rows of " + std::to_string(rows.row_bytes()) +
                       " bytes but a stride of " + std::to_string(rows.row_stride_bytes));
    }
    const auto sample = static_cast<std::uintptr_t>(bytes_per_sample(rows.format));
    if (address(rows.data) % sample != 0 ||
        static_cast<std::uintptr_t>(rows.row_stride_bytes) % sample != 0) {
        return invalid(name + " has 16-bit rows at odd addresses");
    }
    const auto samples = static_cast<std::uint64_t>(rows.row_stride_bytes) / sample;
    constexpr std::uint64_t kMaxSamples = std::numeric_limits<std::int32_t>::max();
    if (samples > kMaxSamples / static_cast<std::uint64_t>(rows.height_px)) {
        return invalid(name + " has 2^31 samples or more; give it in strips");
    }
    return {};
}

Status check_input(const InputStrip& input) {
    if (Status pixels = check_pixels(input.rows, "the input"); !pixels) return pixels;
    constexpr int kMaxSide = 65535;
    if (input.first_row < 0 || input.image_height_px > kMaxSide ||
        input.rows.height_px > input.image_height_px ||
        input.first_row > input.image_height_px - input.rows.height_px) {
        return invalid("the input is " +
                       outside(input.first_row, input.rows.height_px, input.image_height_px));
    }
    return {};
}

Status check_output(const OutputStrip& output, PixelFormat format, int width_px,
                    int image_height_px, const ImageView& input, const char* what) {
    const std::string name = what;
    if (Status pixels = check_pixels(output.rows, what); !pixels) return pixels;
    if (output.rows.format != format) return invalid(name + " has the wrong pixel format");
    if (output.rows.width_px != width_px) {
        return invalid(name + " is " + std::to_string(output.rows.width_px) + " px wide; needed " +
                       std::to_string(width_px));
    }
    if (output.first_row < 0 || output.rows.height_px > image_height_px ||
        output.first_row > image_height_px - output.rows.height_px) {
        return invalid(name + " is " +
                       outside(output.first_row, output.rows.height_px, image_height_px));
    }
    if (share_memory(output.rows, input)) return invalid(name + " shares memory with the input");
    return {};
}

Status check_rows_at_hand(const InputStrip& input, RowRange needed) {
    const RowRange at_hand = rows_of(input);
    if (at_hand.begin <= needed.begin && needed.end <= at_hand.end) return {};
    return invalid("the input is rows " + text(at_hand) + "; needed " + text(needed));
}

Status check_range(int value, int least, int most, const char* what) {
    if (least <= value && value <= most) return {};
    return invalid(std::string(what) + " is " + std::to_string(value) + "; the range is " +
                   std::to_string(least) + " to " + std::to_string(most));
}

}  // namespace limpid::kernels
