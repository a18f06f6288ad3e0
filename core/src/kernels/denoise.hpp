#pragma once

#include <array>
#include <cstdint>

#include "kernels/kernels.hpp"

/// Noise and JPEG artefacts are removed by shrinking the coefficients of overlapping 8 x 8 DCT
/// blocks and taking the mean of the estimates (Yu and Sapiro, IPOL 2011): once with a hard
/// threshold, for blocks that begin in any column and an odd row, then, in even rows, with the
/// Wiener filter that the first result suggests. Luma at full size; the colour differences R - G
/// and B - G at half size.
namespace limpid::kernels {

/// What shrinks the coefficients of one plane; entry [8 u + v] is for frequency u across, v down.
/// Units are those of halide-generators/noise: a plane holds 16ths (luma) or 8ths (chroma) of an
/// 8-bit step, and its coefficients carry a factor sqrt(2) for each of u, v in {0, 1, 4, 7}.
struct ShrinkTable {
    /// Coefficients up to this become 0 in the first pass. 0 .. 32767.
    std::array<std::int16_t, 64> threshold{};
    /// Power of the noise, for the second pass. 0 .. kMaxNoiseVariance.
    std::array<std::int32_t, 64> variance{};

    friend bool operator==(const ShrinkTable&, const ShrinkTable&) = default;
};
inline constexpr std::int32_t kMaxNoiseVariance = 1 << 24;
/// 8ths of an 8-bit step.
inline constexpr int kMaxCoring = 2040;

/// From make_denoise_params().
struct DenoiseParams {
    /// All zero: luma stays exactly as it is, at no cost.
    ShrinkTable luma;
    /// All zero, and chroma_coring 0: the colour differences stay exactly as they are, at no cost.
    ShrinkTable chroma;
    /// Soft threshold for what the half-size planes cannot hold: 0 .. kMaxCoring.
    int chroma_coring = 0;
};

/// What there is to remove. Fractions are of full scale.
struct DenoiseLevels {
    /// Standard deviation of the noise of (77 R + 150 G + 29 B) / 256, or of grey. 0 .. 0.2.
    double luma_sigma = 0;
    /// Standard deviation of the noise of R - G and B - G. 0 .. 0.2; ignored for grey.
    double chroma_sigma = 0;
    /// Share of the JPEG quantisation error that is taken for artefact. 0 .. 1.
    double deblock_amount = 0;
    /// Quality the file was compressed with, on the scale of libjpeg. 1 .. 100.
    double jpeg_quality = 100;
};

/// Tables for `levels`: variances of noise and of quantisation error add up. Thread-safe.
/// @return argument.invalid when a level is out of its range.
[[nodiscard]] Result<DenoiseParams> make_denoise_params(const DenoiseLevels& levels,
                                                        PixelFormat format);

/// Rows above and below that denoise() reads.
inline constexpr int kDenoiseHaloRows = 31;

/// Input rows that output rows `output_rows` are made of.
[[nodiscard]] RowRange denoise_input_rows(RowRange output_rows, int image_height_px) noexcept;

/// Reduces noise and JPEG artefacts. Alpha is copied. The exact arithmetic is in
/// halide-generators/noise: luma_plane, chroma_planes, dct_threshold, dct_wiener, add_luma and
/// add_colour, in this order; planes are continued beyond the image by reflection.
/// Takes up to 16 MiB of memory, see kDenoiseScratchBytes. High strips are cheaper: up to 21 rows
/// around each are worked on twice. Strips change no byte.
/// 16-bit images change in steps of a 16th of an 8-bit step, the planes' precision.
///
/// Identity: tables and coring 0 copy the image bit for bit. With luma's table 0 the luma
/// (77 R + 150 G + 29 B + 128) >> 8 of every pixel with no clamped channel stays.
/// @param input   any format; must hold denoise_input_rows() of `output`.
/// @param output  the format and width of `input`.
/// @return memory.exhausted when there is no memory for the planes.
[[nodiscard]] Status denoise(const InputStrip& input, const DenoiseParams& params,
                             const OutputStrip& output);

/// Most memory a call of denoise() takes, unless 16 rows of the image's width need more.
inline constexpr std::int64_t kDenoiseScratchBytes = std::int64_t{16} << 20;

}  // namespace limpid::kernels
