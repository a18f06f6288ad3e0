#pragma once

#include <cstdint>

#include "kernels/kernels.hpp"
#include "kernels/resample_weights.hpp"

namespace limpid::kernels {

/// Input rows that output rows `output_rows` are made of.
/// Precondition: 0 <= output_rows.begin < output_rows.end <= y.output_length.
[[nodiscard]] RowRange resample_input_rows(RowRange output_rows, const ResampleAxis& y) noexcept;

/// Resamples columns with one axis and rows with another, rows first, strip by strip. The exact
/// arithmetic is in halide-generators/resample/resample_generator.cpp. RGBA goes through it
/// premultiplied, as 16-bit samples:
///   8 bits:   P = c a, A = 255 a;               c' = min((255 P' + A'/2) / A', 255),
///                                               a' = min((A' + 127) / 255, 255)
///   16 bits:  P = round(c a / 65535), A = a;    c' = min((65535 P' + A'/2) / A', 65535), a' = A'
/// with c' = 0 where A' is 0. Identity: axes that copy, for images without alpha.
class Resampler {
public:
    /// Looks at all weights, so that a strip need not.
    /// @param format  of input and output.
    /// @param x, y    borrowed.
    /// @return argument.invalid for tables that resample_axis() does not make.
    [[nodiscard]] static Result<Resampler> create(PixelFormat format, const ResampleAxis& x,
                                                  const ResampleAxis& y);

    /// Thread-safe.
    /// @param input   x.input_length wide; the whole image has y.input_length rows, of which it
    ///                must hold resample_input_rows() of `output`.
    /// @param output  x.output_length wide.
    /// @return also memory.exhausted.
    [[nodiscard]] Status run(const InputStrip& input, const OutputStrip& output) const;

private:
    Resampler(PixelFormat format, const ResampleAxis& x, const ResampleAxis& y, bool halves)
        : format_(format), x_(&x), y_(&y), halves_(halves) {}

    PixelFormat format_;
    const ResampleAxis* x_;
    const ResampleAxis* y_;
    /// halve_generator.cpp has a kernel that does the same.
    bool halves_;
};

/// Resampler::create() and run() of one strip.
[[nodiscard]] Status resample(const InputStrip& input, const ResampleAxis& x, const ResampleAxis& y,
                              const OutputStrip& output);

/// Bytes that Resampler::run() holds beside its arguments for a strip of `output_rows` rows; at the
/// smallest ratio some 20 MB, at common ones about 1 MB.
[[nodiscard]] std::uint64_t resample_scratch_bytes(const ResampleAxis& x, const ResampleAxis& y,
                                                   int output_rows, PixelFormat format) noexcept;

}  // namespace limpid::kernels
