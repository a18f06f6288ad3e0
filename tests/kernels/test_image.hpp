#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/kernels.hpp"
#include "limpid/image.hpp"

namespace limpid::testing {

/// What an image is filled with.
enum class Content { random, extremes, smooth, grey_white };
inline constexpr Content kContents[] = {Content::random, Content::extremes, Content::smooth,
                                        Content::grey_white};

inline constexpr PixelFormat kFormats[] = {PixelFormat::gray8, PixelFormat::rgb8,
                                           PixelFormat::rgba8, PixelFormat::gray16,
                                           PixelFormat::rgb16, PixelFormat::rgba16};
const char* name_of(PixelFormat format);
/// Names the instances of tests that run for each format.
struct FormatName {
    template <class ParamInfo>
    std::string operator()(const ParamInfo& instance) const {
        return name_of(instance.param);
    }
};

struct Size {
    int width_px;
    int height_px;
};
/// Single pixels, rows and columns, primes, and widths around vectors (16, 32, 64) and tiles (256).
inline constexpr Size kSizes[] = {{1, 1},   {1, 17},  {19, 1},  {7, 5},   {31, 3},   {33, 12},
                                  {64, 4},  {127, 3}, {255, 6}, {256, 5}, {257, 11}, {263, 2},
                                  {509, 3}, {511, 3}, {512, 9}, {521, 4}, {769, 1},  {1031, 2}};

/// Pixels in a block of exactly the bytes they need: the last row has no padding behind it, so the
/// address sanitiser sees one byte too many. Padding of the other rows holds a pattern.
class TestImage {
public:
    TestImage(PixelFormat format, int width_px, int height_px, int padding_samples = 0);
    /// A copy of `rows` of `other`, exactly sized again.
    TestImage(const TestImage& other, kernels::RowRange rows);

    void fill(Content content, std::uint32_t seed);
    [[nodiscard]] ImageView view() const;
    [[nodiscard]] MutableImageView view();
    [[nodiscard]] int get(int x, int y, int c) const;
    void set(int x, int y, int c, int value);
    [[nodiscard]] PixelFormat format() const { return format_; }
    [[nodiscard]] int width_px() const { return width_px_; }
    [[nodiscard]] int height_px() const { return height_px_; }
    [[nodiscard]] int max_value() const { return bytes_per_sample(format_) == 2 ? 65535 : 255; }
    /// Nobody wrote between the rows.
    [[nodiscard]] bool padding_untouched() const;
    /// Empty when all samples are equal, else the first difference in words.
    [[nodiscard]] std::string difference(const TestImage& other) const;

private:
    PixelFormat format_;
    int width_px_;
    int height_px_;
    std::ptrdiff_t row_stride_bytes_;
    std::vector<std::byte> bytes_;
};

/// A sequence of numbers that is the same everywhere.
class Random {
public:
    explicit Random(std::uint32_t seed) : state_(seed * 2654435761u + 1u) {}
    std::uint32_t next();
    /// 0 .. bound - 1.
    int below(int bound);

private:
    std::uint32_t state_;
};

}  // namespace limpid::testing
