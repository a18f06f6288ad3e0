// Box downscale by a whole factor k, with clipping counted before averaging. Row strips.
//
// For the n pixels of a box (k * k, fewer where the image ends) and S = their sum per channel:
//   8 bits:   proxy = (257 S + n / 2) / n           0 .. 65535, rounded once
//   16 bits:  proxy = (S + n / 2) / n
//   clipped_high = pixels with any of R, G, B at its largest value
//   clipped_low  = pixels with R, G and B all 0
// Alpha is ignored. Everything fits 32 bits: S <= 4096 * 65535.

#include "Halide.h"
#include "common/fixed_point.h"
#include "common/kernel.h"

namespace {

using namespace Halide;
using namespace limpid::generators;

class BoxDownscale : public Kernel<BoxDownscale> {
public:
    GeneratorParam<int> channels{"channels", 3};  // 1, 3 or 4

    Input<Buffer<void, 2>> input{"input"};                     // (x * channels + c, y), u8 or u16
    Input<int32_t> image_width{"image_width"};                 // pixels
    Input<int32_t> image_height{"image_height"};               // rows of the whole image
    Input<int32_t> factor{"factor"};                           // 1 .. 64
    Output<Buffer<uint16_t, 3>> proxy{"proxy"};                // (c, x, y)
    Output<Buffer<uint16_t, 2>> clipped_high{"clipped_high"};  // (x, y)
    Output<Buffer<uint16_t, 2>> clipped_low{"clipped_low"};    // (x, y)

    void generate() {
        const Type sum_type = wide() ? UInt(32) : UInt(16);  // 64 * 255 < 65536
        const int colours = channels == 1 ? 1 : 3;

        // Flat columns: sample i of a row and, as if a pixel began at every i, its clipping. Two of
        // three counts are wasted, but no vector is ever taken apart into channels. What padded
        // holds beyond a row's end only reaches counts that no pixel begins at.
        const Expr samples = image_width * channels;
        padded_(i, y) = input(min(likely(i), samples - 1), min(y, image_height - 1));
        ky_ = RDom(0, factor, "ky");
        const Expr row = y * factor + ky_;
        ky_.where(row < image_height);
        Expr brightest = padded_(i, row);
        for (int offset = 1; offset < colours; offset++) {
            brightest = max(brightest, padded_(i + offset, row));
        }
        columns_(i, y) = Tuple(cast(sum_type, 0), cast<uint8_t>(0), cast<uint8_t>(0));
        columns_(i, y) = Tuple(columns_(i, y)[0] + cast(sum_type, padded_(i, row)),
                               columns_(i, y)[1] + cast<uint8_t>(brightest == input.type().max()),
                               columns_(i, y)[2] + cast<uint8_t>(brightest == 0));

        kx_ = RDom(0, factor, "kx");
        const Expr column = x * factor + kx_;
        kx_.where(column < image_width);
        const Expr first = min(column, image_width - 1) * channels;
        std::vector<Expr> zeros(colours + 2, cast<uint32_t>(0));
        boxes_(x, y) = Tuple(zeros);
        std::vector<Expr> sums;
        for (int channel = 0; channel < colours; channel++) {
            sums.push_back(boxes_(x, y)[channel] + cast<uint32_t>(columns_(first + channel, y)[0]));
        }
        for (int count = 1; count <= 2; count++) {
            sums.push_back(boxes_(x, y)[colours + count - 1] +
                           cast<uint32_t>(columns_(first, y)[count]));
        }
        boxes_(x, y) = Tuple(sums);

        const Expr width = min(image_width - x * factor, factor);
        const Expr height = min(image_height - y * factor, factor);
        const Expr n = cast<uint32_t>(width * height);
        std::vector<Expr> sum_of(colours);
        for (int channel = 0; channel < colours; channel++) {
            sum_of[channel] = boxes_(x, y)[channel];
        }
        const Expr scaled =
            (colours == 1 ? sum_of[0] : mux(c, sum_of)) * cast<uint32_t>(wide() ? 1 : 257);
        proxy(c, x, y) = cast<uint16_t>((scaled + n / 2) / n);
        clipped_high(x, y) = cast<uint16_t>(boxes_(x, y)[colours]);
        clipped_low(x, y) = cast<uint16_t>(boxes_(x, y)[colours + 1]);
    }

    void constrain() {
        input.dim(0).set_stride(1);
        require_interleaved(proxy, channels == 1 ? 1 : 3);
    }

    // Whole rows are added to the sums of their columns, from the first byte of the input to the
    // last: so memory is read as fast as it can be. (Zen 3 read 72 MB so in 2 ms; in chunks of 1 to
    // 8 KB, 24 rows each, as this once did to keep the sums in the first-level cache, in 6.) Each
    // chunk of a row is first copied to the stack, so that only the copy has to mind the image's
    // edge (with the edge inlined: about 120 ms). Chunk by chunk, analysing 24 MP RGB8 took 30.2 ms
    // with AVX2 and 30.6 with SSE4.1, now 25.8 and 27.9 (medians of 9, alternating). Prefetching
    // two rows ahead instead changed nothing. With chunks of 512, 1,024 and 2,048 samples a picture
    // of 1 MP takes 16.7, 16.1 and 20.6 instructions per pixel, for its rows are no whole chunks.
    void schedule_by_hand() {
        const int lanes = tuned_lanes(natural_vector_size(input.type()));
        constexpr int kChunk = 1024;
        Var io{"io"}, ii{"ii"};
        proxy.reorder(c, x, y).unroll(c).never_partition(x, y);
        clipped_high.never_partition(x, y).compute_with(proxy, y);
        clipped_low.never_partition(x, y).compute_with(proxy, y);
        boxes_.compute_at(proxy, y);
        boxes_.update().reorder(kx_, x);
        columns_.compute_at(proxy, y).vectorize(i, lanes);
        columns_.update()
            .split(i, io, i, tuned_tile(kChunk))
            .split(i, i, ii, lanes)
            .reorder(ii, i, io, ky_)
            .vectorize(ii)
            .never_partition(io, ky_, i);
        padded_.compute_at(columns_, io).store_in(MemoryType::Stack).vectorize(i, lanes);
    }

private:
    bool wide() const { return input.type() == UInt(16); }

    Var c{"c"}, x{"x"}, y{"y"}, i{"i"};
    RDom kx_, ky_;
    Func padded_{"padded"}, columns_{"columns"}, boxes_{"boxes"};
};

}  // namespace

HALIDE_REGISTER_GENERATOR(BoxDownscale, box_downscale)
