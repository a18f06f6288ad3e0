// Unsharp mask on luma with halo clamp. Row strips; coordinates clamp to the whole image.
//
// Meaning; >> is arithmetic, sat16 clamps to -32768 .. 32767:
//   mul15(a, b)   = (a * b + 16384) >> 15
//   avg(a, b)     = (a + b + 1) >> 1
//   Y             = 54 R + 183 G + 19 B, grey: 256 v                 8 bits:  0 .. 65280
//                 = (54 R + 183 G + 19 B + 128) >> 8, grey: v       16 bits:  0 .. 65535
//   s(u)          = u - 32768
//   blur(u)[i]    = 32768 + sat16(mul15(s(u[i]), w0) + sum over j = 1 .. 4 of
//                                 mul15(s(avg(u[i - j], u[i + j])), 2 wj))
//   B             = blur along x of (blur along y of Y)
//   h             = sat16(Y - B)
//   h'            = h - clamp(h, -threshold, threshold)
//   up, down      = (max of the 3 x 3 neighbours of Y) - Y,  Y - (their min)
// 8 bits, in 1/32 of a step:
//   delta         = mul15(h', amount_q12)
//   delta'        = clamp(delta, -(down >> 3) - (overshoot >> 3), (up >> 3) + (overshoot >> 3))
//   sample        = clamp(sample + ((delta' + 16) >> 5), 0, 255)
// 16 bits:
//   delta         = (h' * amount_q12 + 2048) >> 12
//   sample        = clamp(sample + clamp(delta, -down - overshoot, up + overshoot), 0, 65535)
// Alpha is copied. Identity: amount 0.
//
// w0 + 2 (w1 + .. + w4) == 32768 and w0 < 32768, so no weight is -32768 as i16 and every partial
// sum of a blur fits 16 bits; only the last addition can reach 32768, when u is near 65535.

#include "Halide.h"
#include "common/fixed_point.h"
#include "common/kernel.h"

namespace {

using namespace Halide;
using namespace limpid::generators;
using Halide::ConciseCasts::i16;
using Halide::ConciseCasts::u16;
using Halide::ConciseCasts::u16_sat;
using Halide::ConciseCasts::u8_sat;

class Unsharp : public Kernel<Unsharp> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 1, 3 or 4

    Input<Buffer<void, 3>> input{"input"};        // (c, x, y), u8 or u16
    Input<int32_t> image_width{"image_width"};    // pixels
    Input<int32_t> image_height{"image_height"};  // rows of the whole image
    Input<uint16_t> w0{"w0"}, w1{"w1"}, w2{"w2"}, w3{"w3"}, w4{"w4"};
    Input<int32_t> threshold{"threshold"};     // 0 .. 32767
    Input<int32_t> overshoot{"overshoot"};     // 0 .. 32767
    Input<int32_t> amount_q12{"amount_q12"};   // 0 .. 32767
    Output<Buffer<void, 3>> output{"output"};  // as input

    void generate() {
        const Expr column = clamp(likely(x), 0, image_width - 1);
        const Expr row = clamp(y, 0, image_height - 1);
        luma_(x, y) = luma_of(column, row);
        blurred_y_(x, y) = blur([&](int j) { return luma_(x, y + j); });
        low_y_(x, y) = min(luma_(x, y - 1), min(luma_(x, y), luma_(x, y + 1)));
        high_y_(x, y) = max(luma_(x, y - 1), max(luma_(x, y), luma_(x, y + 1)));

        const Expr centre = luma_(x, y);
        const Expr blurred = blur([&](int j) { return blurred_y_(x + j, y); });
        const Expr h = saturating_sub(centred(centre), centred(blurred));
        const Expr t = i16(threshold);
        const Expr cored = h - clamp(h, -t, t);
        const Expr low = min(low_y_(x - 1, y), min(low_y_(x, y), low_y_(x + 1, y)));
        const Expr high = max(high_y_(x - 1, y), max(high_y_(x, y), high_y_(x + 1, y)));
        delta_(x, y) = wide() ? delta_16(cored, high - centre, centre - low)
                              : delta_8(cored, high - centre, centre - low);

        const Expr none = cast(wide() ? Int(32) : Int(16), 0);
        change_(c, x, y) = channels == 4 ? select(c == 3, none, delta_(x, y)) : delta_(x, y);
        const Expr sample = input(c, x, y);
        output(c, x, y) = wide() ? u16_sat(cast<int32_t>(sample) + change_(c, x, y))
                                 : u8_sat(i16(sample) + change_(c, x, y));
    }

    void constrain() {
        require_interleaved(input, channels);
        require_interleaved(output, channels);
    }

    // Tiles are as wide as a tile and as high as the strip: 16 rows of luma, a ring that slides
    // down the tile, stay in the first-level cache. Measured on 24 MP RGB8, one thread, CPU time,
    // Xeon (Sapphire Rapids) whose memcpy of the image takes 12 ms: AVX2 91 ms, SSE4.1 101 ms, wasm
    // simd in node 20 170 ms. Half as many 16-bit lanes: 99, 115, 183. Since then RGB8 went from
    // 14.7 to 10.7 instructions per pixel with AVX2: no corrected products, samples run dense.
    void schedule_by_hand() {
        const int lanes = tuned_lanes(natural_vector_size(input.type()));
        const int tile_width = tuned_tile(kTileWidth);
        Var xo{"xo"}, xi{"xi"};
        Var sample{"sample"};
        output.reorder(c, x, y)
            .split(x, xo, x, tile_width, TailStrategy::ShiftInwards)
            .split(x, x, xi, lanes)
            .fuse(c, xi, sample)
            .reorder(sample, x, y, xo)
            .vectorize(sample)
            .never_partition(xo, y, x);
        store_per_sample(change_, c, x, y, channels, lanes).compute_at(output, x);
        // Whole vectors: a partial one at the end of every row would take the clamped path.
        const int row_lanes = (tile_width + 2 * kRadius + lanes - 1) / lanes * lanes;
        luma_.store_at(output, xo)
            .compute_at(output, y)
            .fold_storage(y, 16)
            .store_in(MemoryType::Stack)
            .bound_extent(x, row_lanes)
            .vectorize(x, lanes);
        blurred_y_.bound_extent(x, row_lanes);
        for (Func* row : {&blurred_y_, &low_y_, &high_y_}) {
            row->compute_at(output, y).store_in(MemoryType::Stack).vectorize(x, lanes);
        }
        blurred_y_.compute_with(low_y_, x);
        low_y_.compute_with(high_y_, x);
        delta_.compute_at(output, x).vectorize(x, lanes);
    }

private:
    static constexpr int kRadius = 4;

    bool wide() const { return input.type() == UInt(16); }
    static Expr centred(const Expr& u) { return reinterpret<int16_t>(u ^ u16(0x8000)); }
    static Expr uncentred(const Expr& s) { return reinterpret<uint16_t>(s) ^ u16(0x8000); }

    Expr luma_of(const Expr& column, const Expr& row) {
        const Type type = wide() ? UInt(32) : UInt(16);
        auto channel = [&](int i) { return cast(type, input(i, column, row)); };
        if (channels == 1) {
            return wide() ? input(0, column, row) : channel(0) << 8;
        }
        const Expr sum = luma_times_256(channel(0), channel(1), channel(2));
        return wide() ? u16((sum + 128) >> 8) : sum;
    }

    template <class Tap>
    Expr blur(const Tap& tap) {
        const Expr weights[] = {w1, w2, w3, w4};
        Expr sum = mul_q15(centred(tap(0)), i16(w0), get_target());
        for (int j = 1; j <= kRadius; j++) {
            const Expr pair = rounding_halving_add(tap(-j), tap(j));
            const Expr weight = i16(weights[j - 1] * u16(2));
            sum = saturating_add(sum, mul_q15(centred(pair), weight, get_target()));
        }
        return uncentred(sum);
    }

    Expr delta_8(const Expr& cored, const Expr& up, const Expr& down) {
        // As in colour_generator.cpp, the rounding 16 goes in before the clamp for wasm's sake.
        const Expr half = i16(16);
        const Expr margin = i16(overshoot >> 3);
        const Expr delta = saturating_add(mul_q15(cored, i16(amount_q12), get_target()), half);
        const Expr most = i16(up >> 3) + margin + half;
        const Expr least = half - (i16(down >> 3) + margin);
        return max(min(delta, most), least) >> 5;
    }

    Expr delta_16(const Expr& cored, const Expr& up, const Expr& down) {
        const Expr delta = (cast<int32_t>(cored) * amount_q12 + 2048) >> 12;
        return clamp(delta, -(cast<int32_t>(down) + overshoot), cast<int32_t>(up) + overshoot);
    }

    Var c{"c"}, x{"x"}, y{"y"};
    Func luma_{"luma"}, blurred_y_{"blurred_y"}, low_y_{"low_y"}, high_y_{"high_y"};
    Func delta_{"delta"}, change_{"change"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(Unsharp, unsharp)
