#include "test_image.hpp"

#include <cstring>

namespace limpid::testing {
namespace {

constexpr std::byte kPadding{0xA5};

}  // namespace

const char* name_of(PixelFormat format) {
    constexpr const char* kNames[] = {"gray8", "rgb8", "rgba8", "gray16", "rgb16", "rgba16"};
    return kNames[static_cast<int>(format)];
}

std::uint32_t Random::next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    return state_;
}

int Random::below(int bound) {
    return static_cast<int>((std::uint64_t{next()} * static_cast<std::uint64_t>(bound)) >> 32);
}

TestImage::TestImage(PixelFormat format, int width_px, int height_px, int padding_samples)
    : format_(format),
      width_px_(width_px),
      height_px_(height_px),
      row_stride_bytes_(std::ptrdiff_t{width_px} * bytes_per_pixel(format) +
                        std::ptrdiff_t{padding_samples} * bytes_per_sample(format)),
      bytes_(static_cast<std::size_t>(row_stride_bytes_ * (height_px - 1) +
                                      std::ptrdiff_t{width_px} * bytes_per_pixel(format)),
             kPadding) {}

TestImage::TestImage(const TestImage& other, kernels::RowRange rows)
    : TestImage(other.format_, other.width_px_, rows.count()) {
    for (int y = 0; y < rows.count(); y++) {
        std::memcpy(view().row(y), other.view().row(rows.begin + y), view().row_bytes());
    }
}

ImageView TestImage::view() const {
    return {bytes_.data(), format_, width_px_, height_px_, row_stride_bytes_};
}

MutableImageView TestImage::view() {
    return {bytes_.data(), format_, width_px_, height_px_, row_stride_bytes_};
}

int TestImage::get(int x, int y, int c) const {
    const std::byte* sample =
        view().row(y) + (x * channels(format_) + c) * bytes_per_sample(format_);
    if (bytes_per_sample(format_) == 1) return static_cast<int>(*sample);
    std::uint16_t value = 0;
    std::memcpy(&value, sample, 2);
    return value;
}

void TestImage::set(int x, int y, int c, int value) {
    std::byte* sample = view().row(y) + (x * channels(format_) + c) * bytes_per_sample(format_);
    if (bytes_per_sample(format_) == 1) {
        *sample = static_cast<std::byte>(value);
        return;
    }
    const auto wide = static_cast<std::uint16_t>(value);
    std::memcpy(sample, &wide, 2);
}

void TestImage::fill(Content content, std::uint32_t seed) {
    Random random(seed);
    const int full = max_value();
    for (int y = 0; y < height_px_; y++) {
        for (int x = 0; x < width_px_; x++) {
            for (int c = 0; c < channels(format_); c++) {
                int value = random.below(full + 1);
                switch (content) {
                    case Content::random:
                        break;
                    case Content::extremes:
                        value = value > full / 2 ? full : 0;
                        break;
                    case Content::smooth:
                        value = (x * (full / 97) + y * (full / 61) + c * (full / 7) +
                                 random.below(1 + full / 64)) %
                                (full + 1);
                        break;
                    case Content::grey_white:
                        value = random.below(8) == 0 ? full - random.below(2) : full;
                        break;
                }
                set(x, y, c, value);
            }
        }
    }
}

bool TestImage::padding_untouched() const {
    const auto row_bytes = static_cast<std::ptrdiff_t>(view().row_bytes());
    for (int y = 0; y + 1 < height_px_; y++) {
        for (std::ptrdiff_t i = row_bytes; i < row_stride_bytes_; i++) {
            if (view().row(y)[i] != kPadding) return false;
        }
    }
    return true;
}

std::string TestImage::difference(const TestImage& other) const {
    for (int y = 0; y < height_px_; y++) {
        for (int x = 0; x < width_px_; x++) {
            for (int c = 0; c < channels(format_); c++) {
                if (get(x, y, c) == other.get(x, y, c)) continue;
                return "at x " + std::to_string(x) + ", y " + std::to_string(y) + ", channel " +
                       std::to_string(c) + ": " + std::to_string(get(x, y, c)) + " and " +
                       std::to_string(other.get(x, y, c));
            }
        }
    }
    return {};
}

}  // namespace limpid::testing
