#include "colour_twin.hpp"

#include <algorithm>

#include "kernels/dither_tile.hpp"
#include "kernels/hue_classes.hpp"

namespace limpid::testing {
namespace {

using Int = std::int64_t;
Int mul15(Int a, Int b) { return (a * b + 16384) >> 15; }
Int mul14(Int a, Int b) { return (a * b + 8192) >> 14; }
Int sat16(Int v) { return std::clamp<Int>(v, -32768, 32767); }

}  // namespace

ColourTwin::ColourTwin(PixelFormat format, const kernels::ColourParams& params)
    : wide_(bytes_per_sample(format) == 2),
      full_(wide_ ? 65535 : 16320),
      quarter_(wide_ ? 16383 : 4080),
      params_(params) {}

TestImage ColourTwin::run(const TestImage& input) const {
    TestImage output(input.format(), input.width_px(), input.height_px());
    const int count = channels(input.format());
    const int colours = std::min(count, 3);
    const std::size_t entries = wide_ ? 65536 : 256;
    for (int y = 0; y < input.height_px(); y++) {
        for (int x = 0; x < input.width_px(); x++) {
            Pixel pixel{{}, x, y};
            for (int c = 0; c < colours; c++) {
                pixel.c.push_back(params_.tables[static_cast<std::size_t>(c) * entries +
                                                 static_cast<std::size_t>(input.get(x, y, c))]);
            }
            if (params_.haze) dehaze(pixel);
            if (params_.local_tone) local_tone(pixel);
            if (colours == 3) vibrance(pixel);
            for (int c = 0; c < colours; c++) {
                output.set(x, y, c,
                           static_cast<int>(sample(pixel.c[static_cast<std::size_t>(c)], x, y)));
            }
            if (count == 4) output.set(x, y, 3, input.get(x, y, 3));
        }
    }
    return output;
}

Int ColourTwin::clamped(Int v) const { return std::clamp<Int>(v, 0, full_); }

Int ColourTwin::luma(const std::vector<Int>& c) const {
    if (c.size() == 1) return c[0];
    return wide_ ? (54 * c[0] + 183 * c[1] + 19 * c[2] + 128) >> 8
                 : mul15(c[0], 54 * 128) + mul15(c[1], 183 * 128) + mul15(c[2], 19 * 128);
}

Int ColourTwin::field(int which, int x, int y) const {
    const kernels::LocalGrid& grid = *params_.grid;
    const Int place = std::clamp<Int>(Int{y} * grid.row_step_q16 + grid.row_offset_q16, 0,
                                      Int{grid.rows - 1} << 16);
    const Int row = place >> 16;
    const Int below = std::min<Int>(row + 1, grid.rows - 1);
    const auto node = [&](Int i) {
        const auto at = [&](Int j) {
            return Int{grid.values[static_cast<std::size_t>((j * 4 + which) * grid.nodes + i)]};
        };
        return at(row) + mul15(at(below) - at(row), (place & 65535) >> 1);
    };
    const Int i = std::min(x / 16, grid.nodes - 2);
    return node(i) + mul15(node(i + 1) - node(i), (x % 16) * 2048);
}

Int ColourTwin::sample(Int value, int x, int y) const {
    if (wide_) return clamped(value);
    const Int threshold =
        params_.dither ? kernels::dither_tile()[static_cast<std::size_t>(y % 32 * 32 + x % 32)]
                       : 32;
    return (clamped(value) + threshold) >> 6;
}

void ColourTwin::dehaze(Pixel& pixel) const {
    const Int q = std::clamp<Int>(
        mul15(scale8(luma(pixel.c)), field(2, pixel.x, pixel.y)) + field(3, pixel.x, pixel.y), 0,
        9557);
    const Int air[] = {params_.haze->red, params_.haze->green, params_.haze->blue};
    for (std::size_t i = 0; i < pixel.c.size(); i++) {
        const Int above = pixel.c[i] - air[i];
        const Int half = mul15(2 * above, 2 * q);
        pixel.c[i] = clamped(wide_ ? pixel.c[i] + ((above * q + 2048) >> 12)
                                   : sat16(sat16(pixel.c[i] + half) + half));
    }
}

void ColourTwin::local_tone(Pixel& pixel) const {
    const kernels::LocalToneParams& tone = *params_.local_tone;
    const Int y = luma(pixel.c);
    const Int offset = field(1, pixel.x, pixel.y);
    const Int base = clamped(mul15(y, field(0, pixel.x, pixel.y)) +
                             (wide_ ? 4 * offset + (offset >> 6) : offset));
    const Int dark = unit15(full_ - base);
    const Int light = unit15(base);
    const Int wanted = mul15(mul15(mul15(dark, dark), dark), tone.shadows_q14) -
                       mul15(mul15(mul15(light, light), dark), tone.highlights_q14);
    const Int r = scale8(full_ - *std::ranges::max_element(pixel.c));
    const Int e = std::min(wanted, r + mul14(r, r));
    for (Int& value : pixel.c) value += mul14(value, e);
    const Int detail = std::clamp(y - base, -quarter_, quarter_);
    const Int delta =
        std::clamp(mul15(detail + mul14(detail, e), tone.local_contrast_q15), -quarter_, quarter_);
    const Int free = delta > 0 ? full_ - *std::ranges::max_element(pixel.c) : y + mul14(y, e);
    const Int change = mul15(delta, room15(std::min(free, quarter_)));
    for (Int& value : pixel.c) value = clamped(value + change);
}

void ColourTwin::vibrance(Pixel& pixel) const {
    std::vector<Int>& c = pixel.c;
    const Int high = std::ranges::max(c);
    const Int low = std::ranges::min(c);
    const Int y = luma(c);
    const Int u = c[2] - y;
    const Int v = c[0] - y;
    const auto member = [&](const kernels::HueClass& hue) {
        return kernels::membership(hue, static_cast<int>(scale8(u)), static_cast<int>(scale8(v)));
    };
    const Int muted = unit15(full_ - (high - low));
    const Int room = room15(std::min({full_ - high, low, quarter_}));
    const Int gain =
        params_.vibrance_q15 -
        mul15(mul15(params_.vibrance_q15, params_.skin_protection_q15), member(kernels::kSkin));
    const Int k = mul15(mul15(gain, mul15(muted, muted)), room);
    for (Int& value : c) value += mul15(value - y, k);
    const Int u1 = u + mul15(u, k);
    const Int v1 = v + mul15(v, k);
    Int du = 0;
    Int dv = 0;
    const auto pull = [&](const kernels::HueClass& hue, Int amount) {
        const Int offset = mul15(u1, hue.line_v) - mul15(v1, hue.line_u);
        const Int z = mul15(offset, mul15(mul15(amount, member(hue)), room));
        du -= mul15(z, hue.line_v);
        dv += mul15(z, hue.line_u);
    };
    pull(kernels::kSkin, params_.memory_colours.skin_q15);
    pull(kernels::kSky, params_.memory_colours.sky_q15);
    pull(kernels::kFoliage, params_.memory_colours.foliage_q15);
    c[0] = clamped(c[0] + dv);
    c[1] = clamped(c[1] - (mul15(du, 3402) + mul15(dv, 9669)));
    c[2] = clamped(c[2] + du);
}

}  // namespace limpid::testing
