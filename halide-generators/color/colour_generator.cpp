// Fused colour pass: one table per channel, then vibrance. Row strips of any height.
//
// Meaning, with t = table of the channel, all divisions floor (>> is arithmetic):
//   mul15(a, b)  = (a * b + 16384) >> 15
//
// 8 bits, full scale F = 16320 = 255 * 64:
//   r, g, b      = tR[R], tG[G], tB[B]                                           0 .. F
//   Y            = mul15(r, 54 * 128) + mul15(g, 183 * 128) + mul15(b, 19 * 128)
//   d            = F - (max(r, g, b) - min(r, g, b))
//   x            = 2 d + (d >> 7)                                                0 .. 32767
//   m            = min(F - max(r, g, b), min(r, g, b), 4080)
//   room         = 8 m + (m >> 5)                                                0 .. 32767
//   k            = mul15(mul15(vibrance_q15, mul15(x, x)), room)
//   c'           = clamp(c + mul15(c - Y, k), 0, F)                              for c = r, g, b
//   sample       = (c' + 32) >> 6
// 16 bits, full scale F = 65535:
//   Y            = (54 r + 183 g + 19 b + 128) >> 8
//   x            = (F - (max - min)) >> 1
//   m            = min(F - max, min, 16383)
//   room         = 2 m + (m >> 13)
//   sample       = clamp(c + mul15(c - Y, k), 0, F)                              k, c as above
// Grey: sample = (t[v] + 32) >> 6, or t[v]. Alpha is copied.
//
// x is 1 - saturation and room is 4 times the distance to the nearer end of the gamut (at most 1),
// both as fractions of 32767 made without a division: 16320 * 2 + (16320 >> 7) == 32767.
// No factor of a mul15 is -32768. Identity: identity tables and vibrance 0.

#include "Halide.h"
#include "common/fixed_point.h"

namespace {

using namespace Halide;
using namespace limpid::generators;
using Halide::ConciseCasts::i16;

class Colour : public Generator<Colour> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 1, 3 or 4

    Input<Buffer<void, 3>> input{"input"};        // (c, x, y), u8 or u16
    Input<Buffer<uint16_t, 2>> tables{"tables"};  // (sample, channel)
    Input<int32_t> vibrance_q15{"vibrance_q15"};  // -32767 .. 32767
    Output<Buffer<void, 3>> output{"output"};     // as input

    void generate() {
        graded_(c, x, y) = tables(cast<int32_t>(input(c, x, y)), c);
        if (channels == 1) {
            output(c, x, y) = wide() ? graded_(c, x, y)
                                     : cast<uint8_t>((graded_(c, x, y) + cast<uint16_t>(32)) >> 6);
            return;
        }
        const Type type = wide() ? Int(32) : Int(16);
        const Expr r = cast(type, graded_(0, x, y));
        const Expr g = cast(type, graded_(1, x, y));
        const Expr b = cast(type, graded_(2, x, y));
        vivid_(x, y) = wide() ? vibrance_16(r, g, b) : vibrance_8(r, g, b);
        const Expr sample =
            cast(input.type(), mux(c, {vivid_(x, y)[0], vivid_(x, y)[1], vivid_(x, y)[2]}));
        output(c, x, y) = channels == 4 ? select(c == 3, input(3, x, y), sample) : sample;
    }

    // The table look-ups are scalar whatever one does. As a stage of their own, written to planes
    // on the stack, they are cheaper with AVX2 than as lanes of a vector: 53 ms against 78. Twice
    // as many 16-bit lanes as natural pay where vectors are short: SSE4.1 66 ms against 80, wasm
    // simd in node 20 143 against 196. Measured on 24 MP RGB8, one thread, on a Xeon (Sapphire
    // Rapids) that was not idle and whose memcpy of the image took 12 ms.
    void schedule() {
        require_interleaved(input, channels);
        require_interleaved(output, channels);
        const int entries = wide() ? 65536 : 256;
        tables.dim(0).set_bounds(0, entries).set_stride(1);
        tables.dim(1).set_bounds(0, channels == 1 ? 1 : 3).set_stride(entries);

        const int lanes = natural_vector_size(input.type());
        Var xo{"xo"}, xi{"xi"};
        output.reorder(c, x, y)
            .unroll(c)
            .split(x, xo, x, kTileWidth, TailStrategy::ShiftInwards)
            .split(x, x, xi, lanes)
            .reorder(c, xi, x, xo, y)
            .vectorize(xi);
        graded_.compute_at(output, xo)
            .store_in(MemoryType::Stack)
            .reorder_storage(x, y, c)
            .reorder(c, x, y)
            .bound(c, 0, channels == 1 ? 1 : 3)
            .unroll(c)
            .unroll(x, channels == 1 ? 8 : 4);
        if (channels != 1) {
            vivid_.compute_at(output, x).vectorize(x, lanes);
        }
    }

private:
    Tuple vibrance_8(const Expr& r, const Expr& g, const Expr& b) {
        const Expr full = i16(255 * 64);
        Expr luma = mul_q15(r, i16(kLumaRed * 128)) + mul_q15(g, i16(kLumaGreen * 128)) +
                    mul_q15(b, i16(kLumaBlue * 128));
        Expr high = max(r, max(g, b)), low = min(r, min(g, b));
        Expr d = full - (high - low);
        Expr muted = 2 * d + (d >> 7);
        Expr m = min(min(full - high, low), i16(4080));
        Expr room = 8 * m + (m >> 5);
        Expr k = mul_q15(mul_q15(cast<int16_t>(vibrance_q15), mul_q15(muted, muted)), room);
        // The 32 that rounds is added before the clamp: after it, wasm's code generator recognises
        // a rounding shift, has no instruction for it, and takes five.
        const Expr half = i16(32);
        auto push = [&](const Expr& v) {
            return clamp(v + mul_q15(v - luma, k) + half, half, full + half) >> 6;
        };
        return {push(r), push(g), push(b)};
    }

    Tuple vibrance_16(const Expr& r, const Expr& g, const Expr& b) {
        const Expr full = 65535;
        Expr luma = (luma_times_256(r, g, b) + 128) >> 8;
        Expr high = max(r, max(g, b)), low = min(r, min(g, b));
        Expr muted = (full - (high - low)) >> 1;
        Expr m = min(min(full - high, low), 16383);
        Expr room = 2 * m + (m >> 13);
        Expr k = mul_q15_wide(mul_q15_wide(vibrance_q15, mul_q15_wide(muted, muted)), room);
        auto push = [&](const Expr& v) { return clamp(v + mul_q15_wide(v - luma, k), 0, full); };
        return {push(r), push(g), push(b)};
    }

    bool wide() const { return input.type() == UInt(16); }

    Var c{"c"}, x{"x"}, y{"y"};
    Func graded_{"graded"}, vivid_{"vivid"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(Colour, colour)
