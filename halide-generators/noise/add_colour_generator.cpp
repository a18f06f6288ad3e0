// Gives pixels denoised luma and denoised colour differences. Luma as in add_luma_generator.cpp.
// The half-size planes of chroma_planes_generator.cpp, before and after, are interpolated to the
// pixels; what of a pixel's colour differences the interpolated plane does not hold is fine
// structure and noise, and shrinks by `coring` (soft threshold).
//   down(x, y)    = (3 plane(x, y >> 1) + plane(x, (y >> 1) + (y odd ? 1 : -1)) + 2) >> 2
//   up(x, y)      = (3 down(x >> 1, y) + down((x >> 1) + (x odd ? 1 : -1), y) + 2) >> 2
//   U, V          = R - G, B - G
//   8 bits    fine   = 8 U - up(before)
//             dU     = (up(after) - up(before) - clamp(fine, -coring, coring) + 4) >> 3
//   16 bits   fine   = U - ((257 up(before)) >> 3),  t = (257 coring) >> 3,  r = min(t, 32)
//             dU     = ((257 (up(after) - up(before))) >> 3) - clamp(fine, -t, t) + clamp(fine, -r,
//             r)
// r is what a plane rounds away of 16 bits: flat areas keep it.
//   U', V'        = U + dU, V + dV within +-full scale
//   G'            = G + ((77 U + 29 V + 128) >> 8) - ((77 U' + 29 V' + 128) >> 8) + change
//   R', B'        = G' + U', G' + V';  all clamped to 0 .. full scale; alpha is copied
// >> is arithmetic. The luma (77 R + 150 G + 29 B + 128) >> 8 moves by `change`, exactly, unless a
// channel is clamped. Identity: after == before in all planes and coring 0.

#include "Halide.h"
#include "common/kernel.h"
#include "noise/planes.h"

namespace {

using namespace Halide;
using namespace limpid::generators;
using Halide::ConciseCasts::i16;
using Halide::ConciseCasts::i32;
using Halide::ConciseCasts::u16_sat;
using Halide::ConciseCasts::u8_sat;

class AddColour : public Kernel<AddColour> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 3 or 4

    Input<Buffer<void, 3>> input{"input"};                     // (c, x, y), u8 or u16
    Input<Buffer<int16_t, 2>> luma_before{"luma_before"};      // (x, y)
    Input<Buffer<int16_t, 2>> luma_after{"luma_after"};        // (x, y)
    Input<Buffer<int16_t, 3>> chroma_before{"chroma_before"};  // (x / 2, y / 2, k)
    Input<Buffer<int16_t, 3>> chroma_after{"chroma_after"};    // (x / 2, y / 2, k)
    Input<int32_t> coring{"coring"};                           // 0 .. 2040
    Output<Buffer<void, 3>> output{"output"};                  // as input

    void generate() {
        up(before_, chroma_before);
        up(after_, chroma_after);
        const Expr difference = luma_after(x, y) - luma_before(x, y);
        const Expr change = wide() ? (i32(difference) * 257 + 8) >> 4 : (difference + i16(8)) >> 4;
        const Expr g = narrow(input(1, x, y));
        const Expr u = narrow(input(0, x, y)) - g, v = narrow(input(2, x, y)) - g;
        const Expr new_u = denoised(u, 0), new_v = denoised(v, 1);
        const Expr new_g = g + green_share(u, v) - green_share(new_u, new_v) + change;
        colours_(x, y) = Tuple(new_g + new_u, new_g, new_g + new_v);

        std::vector<Expr> samples;
        for (int i = 0; i < 3; i++) samples.push_back(saturated(colours_(x, y)[i]));
        if (channels == 4) samples.push_back(input(3, x, y));
        output(c, x, y) = mux(c, samples);
    }

    void constrain() {
        require_interleaved(input, channels);
        require_interleaved(output, channels);
    }

    void schedule_by_hand() {
        const int lanes = tuned_lanes(natural_vector_size<int16_t>());
        output.split(x, tile, x, tuned_tile(kTileWidth), TailStrategy::ShiftInwards)
            .split(x, x, xi, lanes)
            .reorder(xi, c, x, y, tile)
            .unroll(c)
            .vectorize(xi);
        colours_.compute_at(output, x).vectorize(x, lanes);
        for (Interpolated* plane : {&before_, &after_}) {
            plane->up.compute_at(output, y)
                .store_in(MemoryType::Stack)
                .align_bounds(x, 2)
                .unroll(x, 2)
                .vectorize(x, lanes, TailStrategy::RoundUp)
                .unroll(k);
            plane->down.compute_at(output, y)
                .store_in(MemoryType::Stack)
                .vectorize(x, lanes, TailStrategy::RoundUp)
                .unroll(k);
        }
    }

private:
    struct Interpolated {
        Func down, up;
    };

    bool wide() const { return input.type() == UInt(16); }
    Expr narrow(const Expr& sample) const { return wide() ? i32(sample) : i16(sample); }
    Expr saturated(const Expr& value) const { return wide() ? u16_sat(value) : u8_sat(value); }
    static Expr quarter(const Expr& near, const Expr& far) {
        return (near * i16(3) + far + i16(2)) >> 2;
    }

    void up(Interpolated& plane, const Func& half) {
        const Expr half_row = y >> 1;
        const Expr other_row = half_row + (y & 1) * 2 - 1;
        plane.down(x, y, k) = quarter(half(x, half_row, k), half(x, other_row, k));
        const Expr near = plane.down(x / 2, y, k);
        plane.up(x, y, k) = select(x % 2 == 0, quarter(near, plane.down(x / 2 - 1, y, k)),
                                   quarter(near, plane.down(x / 2 + 1, y, k)));
    }

    Expr denoised(const Expr& difference, int plane) const {
        const Expr before = before_.up(x, y, plane), after = after_.up(x, y, plane);
        if (wide()) {
            const Expr t = (coring * 257) >> 3;
            const Expr fine = difference - ((i32(before) * 257) >> 3);
            const Expr r = min(t, 32);
            const Expr change =
                ((i32(after - before) * 257) >> 3) - clamp(fine, -t, t) + clamp(fine, -r, r);
            return clamp(difference + change, -65535, 65535);
        }
        const Expr t = i16(coring);
        const Expr fine = (difference << 3) - before;
        const Expr change = (after - before - clamp(fine, -t, t) + i16(4)) >> 3;
        return clamp(difference + change, i16(-255), i16(255));
    }

    Expr green_share(const Expr& u, const Expr& v) const {
        return wide() ? (u * 77 + v * 29 + 128) >> 8 : (u * i16(77) + v * i16(29) + i16(128)) >> 8;
    }

    Var c{"c"}, x{"x"}, y{"y"}, k{"k"}, xi{"xi"}, tile{"tile"};
    Interpolated before_{Func("before_down"), Func("before_up")};
    Interpolated after_{Func("after_down"), Func("after_up")};
    Func colours_{"colours"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(AddColour, add_colour)
