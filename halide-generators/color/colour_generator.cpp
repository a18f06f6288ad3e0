// Fused colour pass: one table per channel, dehaze, local tone, vibrance, memory colours, dither.
// Row strips of any height. A stage that is off is not computed.
//
// Meaning, with t = table of the channel, all divisions floor (>> is arithmetic), sat16 clamps to
// -32768 .. 32767 for 8-bit images and does nothing for 16-bit ones:
//                                   8 bits                          16 bits
//   F, full scale                   16320 = 255 * 64                65535
//   Q, quarter                      4080                            16383
//   mul15(a, b)                     (a * b + 16384) >> 15           the same
//   mul14(a, b)                     (a * b + 8192) >> 14            the same
//   unit15(v)   0 .. F -> 0 .. 32767    2 v + (v >> 7)              v >> 1
//   scale8(v)                       v                               v >> 2
//   room15(v)   0 .. Q -> 0 .. 32767    8 v + (v >> 5)              2 v + (v >> 13)
//   Y(r, g, b)  mul15(r, 54 * 128) + mul15(g, 183 * 128)            (54 r + 183 g + 19 b + 128) >>
//   8
//                 + mul15(b, 19 * 128)
// 1. Tables:  c = tC[C] for each channel C.
// 2. Grid: fields (base_slope, base_offset, haze_slope, haze_offset) at pixel (x, y), from nodes
//    every 16 pixels of x and rows wherever row_step_q16 and row_offset_q16 put them:
//      p     = clamp(y * row_step_q16 + row_offset_q16, 0, (rows - 1) << 16),  j = p >> 16
//      n(i)  = g(i, j) + mul15(g(i, min(j + 1, rows - 1)) - g(i, j), (p & 65535) >> 1)
//      i     = min(x / 16, nodes - 2)
//      f     = n(i) + mul15(n(i + 1) - n(i), (x % 16) * 2048)
// 3. Dehaze (use_haze):
//      q     = clamp(mul15(scale8(Y), haze_slope) + haze_offset, 0, 9557)       4096 (1/t - 1)
//      c'    = clamp(sat16(sat16(c + d) + d), 0, F), d = mul15(2 (c - A), 2 q)              8 bits
//              clamp(c + (((c - A) q + 2048) >> 12), 0, F)                                  16 bits
// 4. Local tone (use_local), Y of the dehazed colour:
//      B     = mul15(Y, base_slope) + base_offset                                            8 bits
//              mul15(Y, base_slope) + 4 base_offset + (base_offset >> 6)                    16 bits
//      B     = clamp(B, 0, F)
//      dark, light = unit15(F - B), unit15(B)
//      e     = mul15(mul15(mul15(dark, dark), dark), shadows_q14)
//              - mul15(mul15(mul15(light, light), dark), highlights_q14)
//      r     = scale8(F - max(r, g, b))
//      e'    = min(e, r + mul14(r, r))
//      c'    = c + mul14(c, e')
//      D     = clamp(Y - B, -Q, Q)
//      delta = clamp(mul15(D + mul14(D, e'), local_contrast_q15), -Q, Q)
//      m     = min(delta > 0 ? F - max(r', g', b') : Y + mul14(Y, e'), Q)
//      c''   = clamp(c' + mul15(delta, room15(m)), 0, F)
// 5. Vibrance, Y of the colour so far, u = b - Y, v = r - Y:
//      x     = unit15(F - (max - min))
//      m     = min(F - max, min, Q)
//      w     = vibrance_q15 - mul15(mul15(vibrance_q15, skin_protection_q15), skin(u, v))
//      k     = mul15(mul15(w, mul15(x, x)), room15(m))
//      c'    = c + mul15(c - Y, k)
// 6. Memory colours (use_memory), u' = u + mul15(u, k), v' = v + mul15(v, k); for each class h of
//    skin, sky, foliage, which hue_classes.h describes:
//      z     = mul15(offset_h(u', v'), mul15(mul15(amount_h, member_h(u, v)), room15(m)))
//      du   -= mul15(z, line_v),  dv += mul15(z, line_u)
//    then b += du, r += dv, g -= mul15(du, 3402) + mul15(dv, 9669): 19/183 and 54/183 keep luma.
// 7. Sample: 8 bits (clamp(c, 0, F) + threshold) >> 6, threshold = use_dither ?
//    dither[y % 32][x % 32] : 32, which is 0 .. 63; 16 bits clamp(c, 0, F).
// Grey has one channel, Y is its value, and no steps 5 and 6. Alpha is copied.
//
// unit15 and room15 are fractions made without a division: 16320 * 2 + (16320 >> 7) == 32767.
// No factor of a mul15 is -32768. Identity: identity tables, every amount 0, no haze; thresholds
// change no value that has no fraction.
//
// use_tone and use_vivid leave out what changes nothing: without shadows and highlights e' is 0, c'
// is c and |delta| at most |D|; without vibrance k is 0. In node, 12 MP RGB8 through render(),
// processor time with copies: local contrast 84 ms instead of 108, tables alone 57 instead of 66,
// the chain 169 instead of 185.
//
// 4 is c (1 + e) with e = S (1 - B)^3 - H B^2 (1 - B): B (1 + e) rises with B for S, H in
// -0.75 .. 1.5, keeps black and white, and r + r^2 < 1 / max - 1 keeps every channel below white.

#include "Halide.h"
#include "color/hue_classes.h"
#include "color/lanes.h"
#include "common/fixed_point.h"
#include "common/kernel.h"

namespace {

using namespace Halide;
using namespace limpid::generators;
using Halide::ConciseCasts::i16;
using Halide::ConciseCasts::u8_sat;

class Colour : public Kernel<Colour> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 1, 3 or 4

    Input<Buffer<void, 3>> input{"input"};    // (c, x, y), u8 or u16
    Input<Buffer<void, 2>> tables{"tables"};  // (sample, channel), u16; u64 where packed()
    Input<Buffer<int16_t, 3>> grid{"grid"};   // (node, field, row)
    Input<int32_t> row_step_q16{"row_step_q16"};
    Input<int32_t> row_offset_q16{"row_offset_q16"};
    Input<bool> use_haze{"use_haze"};
    Input<int32_t> air_red{"air_red"}, air_green{"air_green"}, air_blue{"air_blue"};  // 0 .. F
    Input<bool> use_local{"use_local"};
    Input<bool> use_tone{"use_tone"};  // use_local, and shadows_q14 or highlights_q14 is not 0
    Input<int32_t> shadows_q14{"shadows_q14"};                // -12288 .. 24576
    Input<int32_t> highlights_q14{"highlights_q14"};          // -12288 .. 24576
    Input<int32_t> local_contrast_q15{"local_contrast_q15"};  // -32767 .. 32767
    Input<bool> use_vivid{"use_vivid"};           // use_memory, or vibrance_q15 is not 0
    Input<int32_t> vibrance_q15{"vibrance_q15"};  // -32767 .. 32767
    Input<int32_t> skin_protection_q15{"skin_protection_q15"};  // 0 .. 32767
    Input<bool> use_memory{"use_memory"};
    Input<int32_t> skin_q15{"skin_q15"}, sky_q15{"sky_q15"}, foliage_q15{"foliage_q15"};
    Input<bool> use_dither{"use_dither"};
    Input<Buffer<uint8_t, 2>> dither{"dither"};  // (x, y), 32 x 32, 0 .. 63
    Output<Buffer<void, 3>> output{"output"};    // as input

    void generate() {
        lanes_ = {.wide = input.type() == UInt(16), .target = get_target()};
        const auto look_up = [&](const Expr& channel) {
            return tables(cast<int32_t>(input(channel, x, y)), channel);
        };
        if (one_word()) {
            words_(x, y) = look_up(0) | look_up(1) | look_up(2);
        } else {
            graded_(c, x, y) =
                packed() ? cast<uint16_t>(look_up(c) >> cast<uint64_t>(16 * c)) : look_up(c);
        }
        define_rows();

        define(clear_, dehazed(graded()));
        define(toned_, toned(values_of(clear_)));
        const std::vector<Expr> last =
            colours() == 3 ? (define(vivid_, vivid(values_of(toned_))), values_of(vivid_))
                           : values_of(toned_);
        std::vector<Expr> samples;
        for (const Expr& value : last) samples.push_back(sample(value));
        const Expr colour = colours() == 3 ? mux(c, samples) : samples[0];
        output(c, x, y) = channels == 4 ? select(c == 3, input(3, x, y), colour) : colour;
    }

    void constrain() {
        require_interleaved(input, channels);
        require_interleaved(output, channels);
        // Cells of 16 and tiles of 32 pixels begin at multiples of these.
        output.dim(1).set_min(0);
        const int entries = lanes_.wide ? 65536 : 256;
        tables.dim(0).set_bounds(0, entries).set_stride(1);
        tables.dim(1).set_bounds(0, colours()).set_stride(entries);
        grid.dim(0).set_min(0).set_stride(1);
        grid.dim(1).set_bounds(0, 4).set_stride(grid.dim(0).extent());
        grid.dim(2).set_min(0).set_stride(4 * grid.dim(0).extent());
        dither.dim(0).set_bounds(0, kDitherSide).set_stride(1);
        dither.dim(1).set_bounds(0, kDitherSide).set_stride(kDitherSide);
    }

    // The table look-ups are scalar whatever one does. As a stage of their own, written to the
    // stack, they are cheaper with AVX2 than as lanes of a vector; and a word for each pixel, made
    // of three entries, is cheaper than three planes: on 24 MP RGB8 the pass alone took 53 ms
    // instead of 78 with AVX2 (Zen 3, one thread), the chain 158 instead of 181, 201 instead of 225
    // with SSE4.1; not in wasm, where it took 51 ms instead of 45 for 12 MP. There entries go from
    // the table into a lane each, a vector at a time: 12 MP through render() in node took 45.5 ms
    // of processor time instead of 52 with tables alone, the chain 158 instead of 166. Twice as
    // many 16-bit lanes as natural pay where vectors are short (SSE4.1, wasm). The rows of the grid
    // and of the thresholds begin at whole cells, so that a cell is one value for a vector: without
    // that, and with products that Halide corrects (mul_q15), local tone on RGB8 took 42
    // instructions per pixel with AVX2 instead of 25, the whole pass without it 17.7 instead
    // of 16.1.
    void schedule_by_hand() {
        const int lanes = tuned_lanes(natural_vector_size(input.type()));
        Var xo{"xo"}, xi{"xi"};
        output.reorder(c, x, y)
            .unroll(c)
            .split(x, xo, x, tuned_tile(kTileWidth), TailStrategy::ShiftInwards)
            .split(x, x, xi, lanes)
            .reorder(c, xi, x, xo, y)
            .vectorize(xi);
        if (one_word()) {
            words_.compute_at(output, xo).store_in(MemoryType::Stack).unroll(x, 4);
        } else {
            graded_.store_in(MemoryType::Stack)
                .reorder_storage(x, y, c)
                .reorder(c, x, y)
                .bound(c, 0, colours())
                .unroll(c);
            if (packed()) {
                graded_.compute_at(output, x).bound_extent(x, lanes).unroll(x);
            } else {
                graded_.compute_at(output, xo).unroll(x, colours() == 1 ? 8 : 4);
            }
        }
        Var vector{"vector"};
        for (Func* stage : {&clear_, &toned_, &vivid_}) {
            if (!stage->defined()) continue;
            stage->compute_at(output, x).split(x, vector, xi, lanes).vectorize(xi);
        }
        for (auto& [value, owner] : values_) {
            value.compute_at(*owner, vector).vectorize(x, lanes);
        }
        clear_.specialize(use_haze);
        toned_.specialize(use_tone);
        toned_.specialize(use_local);
        if (colours() == 3) {
            vivid_.specialize(use_memory);
            vivid_.specialize(protects_skin());
            vivid_.specialize(use_vivid);
        }
        schedule_row(base_, base_nodes_, kCell, use_local);
        schedule_row(haze_, haze_nodes_, kCell, use_haze);
        if (!lanes_.wide) {
            threshold_.compute_at(output, y)
                .align_bounds(x, kDitherSide)
                .split(x, xo, xi, kDitherSide)
                .vectorize(xi);
            threshold_.specialize(use_dither);
        }
    }

private:
    static constexpr int kCell = 16;
    static constexpr int kDitherSide = 32;

    int colours() const { return channels == 1 ? 1 : 3; }
    Expr protects_skin() const { return skin_protection_q15 != 0; }
    Expr number(const Expr& parameter) const { return cast(lanes_.type(), parameter); }

    /// Each entry has its sample where the channel has its 16 bits of a pixel's word.
    bool packed() const { return !lanes_.wide && colours() == 3; }
    bool one_word() const { return packed() && get_target().arch != Halide::Target::WebAssembly; }

    std::vector<Expr> graded() {
        std::vector<Expr> values;
        for (int i = 0; i < colours(); i++) {
            const Expr value = one_word() ? words_(x, y) >> (16 * i) : graded_(i, x, y);
            values.push_back(cast(lanes_.type(), value));
        }
        return values;
    }
    std::vector<Expr> values_of(const Func& f) {
        if (colours() == 1) return {f(x, y)};
        return {f(x, y)[0], f(x, y)[1], f(x, y)[2]};
    }
    void define(Func& f, const std::vector<Expr>& values) {
        if (values.size() == 1) {
            f(x, y) = values[0];
        } else {
            f(x, y) = Tuple(values);
        }
    }

    /// Per row of the image: the grid's fields at every pixel, and the thresholds.
    void define_rows() {
        const Expr last_row = grid.dim(2).extent() - 1;
        const Expr place = clamp(y * row_step_q16 + row_offset_q16, 0, last_row << 16);
        const Expr row = place >> 16, below = min(row + 1, last_row);
        const Expr weight = i16((place & 65535) >> 1);
        const Expr cell = min(x / kCell, grid.dim(0).extent() - 2);
        const Expr ramp = i16((x % kCell) * (32768 / kCell));
        const auto field = [&](int f) {
            const Expr above = grid(x, f, row);
            return above + mul_q15(grid(x, f, below) - above, weight, get_target());
        };
        const auto define_fields = [&](Func& nodes, Func& fields, const Expr& used, int first) {
            nodes(x, y) = Tuple(field(first), field(first + 1));
            const auto at = [&](int f) {
                const Expr left = nodes(cell, y)[f];
                const Expr step = mul_q15(nodes(cell + 1, y)[f] - left, ramp, get_target());
                return select(used, left + step, i16(0));
            };
            fields(x, y) = Tuple(at(0), at(1));
        };
        define_fields(base_nodes_, base_, use_local, 0);
        define_fields(haze_nodes_, haze_, use_haze, 2);
        threshold_(x, y) =
            select(use_dither, i16(dither(x % kDitherSide, y % kDitherSide)), i16(32));
    }

    void schedule_row(Func& fields, Func& nodes, int cell, const Expr& used) {
        Var xo{"xo"}, xi{"xi"};
        fields.compute_at(output, y).align_bounds(x, cell).split(x, xo, xi, cell).vectorize(xi);
        fields.specialize(used);
        nodes.compute_at(output, y).vectorize(x, 16, TailStrategy::ShiftInwards);
    }

    /// A value that is used more than once, as a stage per vector of `owner`: written out, the
    /// expressions would take Halide minutes. LLVM keeps the values in registers.
    Expr stage(Func& owner, const Expr& value) {
        Func f("value");
        f(x, y) = value;
        values_.emplace_back(f, &owner);
        return f(x, y);
    }

    std::vector<Expr> dehazed(const std::vector<Expr>& c0) {
        const Lanes& k = lanes_;
        const Expr modelled =
            k.mul15(k.scale8(k.luma(c0)), number(haze_(x, y)[0])) + number(haze_(x, y)[1]);
        const Expr q = stage(clear_, clamp(modelled, k.number(0), k.number(9557)));
        const Expr air[] = {number(air_red), number(air_green), number(air_blue)};
        std::vector<Expr> result;
        for (size_t i = 0; i < c0.size(); i++) {
            const Expr above = c0[i] - air[i];
            const Expr half = k.mul15(above * k.number(2), q * k.number(2));
            const Expr sum = k.wide ? c0[i] + ((above * q + 2048) >> 12)
                                    : saturating_add(saturating_add(c0[i], half), half);
            result.push_back(select(use_haze, k.clamped(sum), c0[i]));
        }
        return result;
    }

    std::vector<Expr> toned(const std::vector<Expr>& c0) {
        const Lanes& k = lanes_;
        const auto once = [&](const Expr& value) { return stage(toned_, value); };
        const Expr luma = once(k.luma(c0));
        const Expr offset = number(base_(x, y)[1]);
        const Expr base = once(k.clamped(k.mul15(luma, number(base_(x, y)[0])) +
                                         (k.wide ? offset * 4 + (offset >> 6) : offset)));
        const Expr detail = once(clamp(luma - base, -k.quarter(), k.quarter()));
        // Without shadows and highlights.
        const Expr plain = once(k.mul15(detail, number(local_contrast_q15)));
        const Expr plain_free = select(plain > 0, k.full() - most_of(c0), luma);
        const Expr plain_room = once(min(plain_free, k.quarter()));
        const Expr plain_change = once(k.mul15(plain, k.room15(plain_room)));

        const Expr dark = once(k.unit15(k.full() - base)), light = once(k.unit15(base));
        const Expr dark_2 = once(k.mul15(dark, dark)), light_2 = once(k.mul15(light, light));
        const Expr wanted = k.mul15(k.mul15(dark_2, dark), number(shadows_q14)) -
                            k.mul15(k.mul15(light_2, dark), number(highlights_q14));
        const Expr r = once(k.scale8(k.full() - most_of(c0)));
        const Expr e = once(min(wanted, r + k.mul14(r, r)));
        std::vector<Expr> lit;
        for (const Expr& value : c0) lit.push_back(once(value + k.mul14(value, e)));

        const Expr stronger = k.mul15(detail + k.mul14(detail, e), number(local_contrast_q15));
        const Expr delta = once(clamp(stronger, -k.quarter(), k.quarter()));
        const Expr free = select(delta > 0, k.full() - most_of(lit), luma + k.mul14(luma, e));
        const Expr room = once(min(free, k.quarter()));
        const Expr change = once(k.mul15(delta, k.room15(room)));
        std::vector<Expr> result;
        for (size_t i = 0; i < c0.size(); i++) {
            const Expr contrasted = k.clamped(c0[i] + plain_change);
            result.push_back(
                select(use_tone, k.clamped(lit[i] + change), select(use_local, contrasted, c0[i])));
        }
        return result;
    }

    std::vector<Expr> vivid(const std::vector<Expr>& c0) {
        const Lanes& k = lanes_;
        const auto once = [&](const Expr& value) { return stage(vivid_, value); };
        const Expr luma = once(k.luma(c0));
        const Expr high = once(most_of(c0)), low = once(least_of(c0));
        const Expr u = once(c0[2] - luma), v = once(c0[0] - luma);
        const Expr muted = once(k.unit15(k.full() - (high - low)));
        const Expr margin = once(min(min(k.full() - high, low), k.quarter()));
        const Expr room = once(k.room15(margin));

        const Expr skin = membership(k, kSkin, u, v, once);
        const Expr wanted = number(vibrance_q15);
        const Expr spared = k.mul15(k.mul15(wanted, number(skin_protection_q15)), skin);
        const Expr gain = select(use_memory || protects_skin(), wanted - spared, wanted);
        const Expr factor = once(k.mul15(k.mul15(gain, k.mul15(muted, muted)), room));
        const Expr u1 = once(u + k.mul15(u, factor)), v1 = once(v + k.mul15(v, factor));

        Expr du = k.number(0), dv = k.number(0);
        const auto pull = [&](const HueClass& hue, const Expr& member, const Expr& amount) {
            const Expr z = once(k.mul15(hue_offset(k, hue, u1, v1),
                                        k.mul15(k.mul15(number(amount), member), room)));
            du = du - k.mul15(z, k.number(hue.line_v));
            dv = dv + k.mul15(z, k.number(hue.line_u));
        };
        pull(kSkin, skin, skin_q15);
        pull(kSky, membership(k, kSky, u, v, once), sky_q15);
        pull(kFoliage, membership(k, kFoliage, u, v, once), foliage_q15);
        du = once(du);
        dv = once(dv);
        const Expr dg = k.mul15(du, k.number(3402)) + k.mul15(dv, k.number(9669));
        const Expr none = k.number(0);
        const auto held = [&](const Expr& value) { return k.wide ? k.clamped(value) : value; };
        const Expr used = use_memory || protects_skin() || use_vivid;
        const auto changed = [&](int i, const Expr& value) {
            return select(used, held(value), c0[i]);
        };
        return {changed(0, luma + v1 + select(use_memory, dv, none)),
                changed(1, c0[1] + k.mul15(c0[1] - luma, factor) - select(use_memory, dg, none)),
                changed(2, luma + u1 + select(use_memory, du, none))};
    }

    Expr sample(const Expr& value) {
        if (lanes_.wide) return cast<uint16_t>(value);
        return u8_sat(saturating_add(value, threshold_(x, y)) >> 6);
    }

    Lanes lanes_{false};
    Var c{"c"}, x{"x"}, y{"y"};
    Func graded_{"graded"}, words_{"words"}, clear_{"clear"}, toned_{"toned"}, vivid_{"vivid"};
    Func base_nodes_{"base_nodes"}, base_{"base"}, haze_nodes_{"haze_nodes"}, haze_{"haze"};
    Func threshold_{"threshold"};
    std::vector<std::pair<Func, Func*>> values_;
};

}  // namespace

HALIDE_REGISTER_GENERATOR(Colour, colour)
