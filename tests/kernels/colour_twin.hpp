#pragma once

#include <cstdint>
#include <vector>

#include "kernels/colour.hpp"
#include "test_image.hpp"

namespace limpid::testing {

/// What the header of colour_generator.cpp says, one pixel at a time, in 64-bit integers.
class ColourTwin {
public:
    ColourTwin(PixelFormat format, const kernels::ColourParams& params);

    [[nodiscard]] TestImage run(const TestImage& input) const;

private:
    using Int = std::int64_t;
    struct Pixel {
        std::vector<Int> c;
        int x, y;
    };

    [[nodiscard]] Int unit15(Int v) const { return wide_ ? v >> 1 : 2 * v + (v >> 7); }
    [[nodiscard]] Int scale8(Int v) const { return wide_ ? v >> 2 : v; }
    [[nodiscard]] Int room15(Int v) const { return wide_ ? 2 * v + (v >> 13) : 8 * v + (v >> 5); }
    [[nodiscard]] Int clamped(Int v) const;
    [[nodiscard]] Int luma(const std::vector<Int>& c) const;
    [[nodiscard]] Int field(int which, int x, int y) const;
    [[nodiscard]] Int sample(Int value, int x, int y) const;

    void dehaze(Pixel& pixel) const;
    void local_tone(Pixel& pixel) const;
    void vibrance(Pixel& pixel) const;

    bool wide_;
    Int full_, quarter_;
    const kernels::ColourParams& params_;
};

}  // namespace limpid::testing
