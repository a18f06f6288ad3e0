#include "analyse/noise.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/run_control.hpp"

namespace limpid::analysis {
namespace {

constexpr int kNoiseTilePx = 32;
constexpr int kNoiseGrid = 14;  // tiles a side, spread evenly
constexpr int kBlock = 8;
constexpr std::size_t kEnoughBlocks = 32;
/// Of a band's blocks, one in this many counts as flat.
constexpr std::size_t kFlatShare = 16;

/// Frequencies u + v that choose the flat blocks, and those that are measured.
constexpr std::size_t kLastLow = 4;
constexpr std::size_t kFirstHigh = 6;

/// Values are in 8-bit steps. Clipping hides noise beyond these.
constexpr double kTooDark = 4;
constexpr double kTooBright = 251;

/// Median of the magnitude of a normal variable of standard deviation 1.
constexpr double kNormalMedian = 0.67448975019608171;

using Square = std::array<std::array<double, kNoiseTilePx>, kNoiseTilePx>;

/// A tile of pixels: luma, and R - G and B - G.
struct NoiseTile {
    Square luma;
    std::array<Square, 2> chroma;
};

template <class Sample>
void read_noise_tile(const ImageView& pixels, int left, int top, NoiseTile& tile) {
    constexpr double kToSteps = sizeof(Sample) == 2 ? 1.0 / 257 : 1.0;
    const int count = channels(pixels.format);
    for (std::size_t y = 0; y < kNoiseTilePx; ++y) {
        const auto* p = reinterpret_cast<const Sample*>(pixels.row(top + static_cast<int>(y))) +
                        static_cast<std::ptrdiff_t>(left) * count;
        for (std::size_t x = 0; x < kNoiseTilePx; ++x, p += count) {
            if (count == 1) {
                tile.luma[y][x] = p[0] * kToSteps;
                continue;
            }
            const int r = p[0], g = p[1], b = p[2];
            tile.luma[y][x] = (77 * r + 150 * g + 29 * b) * (kToSteps / 256);
            tile.chroma[0][y][x] = (r - g) * kToSteps;
            tile.chroma[1][y][x] = (b - g) * kToSteps;
        }
    }
}

/// cos(k pi / 16) / 2, and sqrt(1 / 8) for k = 0: the orthonormal DCT of 8 values.
constexpr std::array<double, 8> kCosine = {
    0.35355339059327379, 0.49039264020161522, 0.46193976625564337, 0.41573480615127262,
    0.35355339059327379, 0.27778511650980114, 0.19134171618254492, 0.09754516100806412};

constexpr std::array<std::array<double, 8>, 8> dct_matrix() {
    std::array<std::array<double, 8>, 8> matrix{};
    for (std::size_t k = 0; k < 8; ++k) {
        for (std::size_t n = 0; n < 8; ++n) {
            // cos(m pi / 16) repeats after 32 and is odd about 8.
            const std::size_t m = (2 * n + 1) * k % 32;
            const std::size_t folded = m > 16 ? 32 - m : m;
            const double value = folded == 8  ? 0
                                 : folded > 8 ? -kCosine[16 - folded]
                                              : kCosine[folded];
            matrix[k][n] = k == 0 ? kCosine[0] : value;
        }
    }
    return matrix;
}
constexpr auto kDct = dct_matrix();

/// What is kept of a block.
struct Block {
    double low_power = 0;
    /// Magnitudes at u + v >= kFirstHigh.
    std::array<float, 43> high{};
};

using Samples = std::array<std::array<double, kBlock>, kBlock>;

Block transform(const Samples& samples) {
    Samples along{};
    for (std::size_t y = 0; y < kBlock; ++y) {
        for (std::size_t u = 0; u < kBlock; ++u) {
            for (std::size_t x = 0; x < kBlock; ++x) along[y][u] += kDct[u][x] * samples[y][x];
        }
    }
    Block block;
    std::size_t count = 0;
    for (std::size_t v = 0; v < kBlock; ++v) {
        for (std::size_t u = 0; u < kBlock; ++u) {
            if (u + v == 0 || (u + v > kLastLow && u + v < kFirstHigh)) continue;
            double sum = 0;
            for (std::size_t y = 0; y < kBlock; ++y) sum += kDct[v][y] * along[y][u];
            if (u + v <= kLastLow) {
                block.low_power += sum * sum;
            } else {
                block.high[count++] = static_cast<float>(std::abs(sum));
            }
        }
    }
    return block;
}

/// The blocks of one band of one plane.
class Band {
public:
    void add(const Block& block) { blocks_.push_back(block); }
    /// In this order the flattest blocks are the same whoever measured them.
    void add(const Band& behind) {
        blocks_.insert(blocks_.end(), behind.blocks_.begin(), behind.blocks_.end());
    }
    [[nodiscard]] std::size_t count() const { return blocks_.size(); }

    /// In 8-bit steps; 0 when there are too few blocks.
    [[nodiscard]] double sigma() {
        if (blocks_.size() < kEnoughBlocks) return 0;
        const std::size_t flat = std::max(blocks_.size() / kFlatShare, kEnoughBlocks / 4);
        std::ranges::nth_element(blocks_, blocks_.begin() + static_cast<std::ptrdiff_t>(flat), {},
                                 &Block::low_power);
        std::vector<float> magnitudes;
        magnitudes.reserve(flat * blocks_[0].high.size());
        for (std::size_t i = 0; i < flat; ++i) {
            magnitudes.insert(magnitudes.end(), blocks_[i].high.begin(), blocks_[i].high.end());
        }
        const auto middle = magnitudes.begin() + static_cast<std::ptrdiff_t>(magnitudes.size() / 2);
        std::ranges::nth_element(magnitudes, middle);
        return *middle / kNormalMedian;
    }

private:
    std::vector<Block> blocks_;
};

struct Bands {
    std::array<Band, kNoiseBands> luma, chroma;

    void add(const Bands& behind) {
        for (std::size_t i = 0; i < kNoiseBands; ++i) {
            luma[i].add(behind.luma[i]);
            chroma[i].add(behind.chroma[i]);
        }
    }
};

/// Band of a block by its mean; kNoiseBands when clipping touches it.
std::size_t band_of(const Square& luma, std::size_t left, std::size_t top, std::size_t side) {
    double sum = 0;
    for (std::size_t y = top; y < top + side; ++y) {
        for (std::size_t x = left; x < left + side; ++x) {
            if (luma[y][x] < kTooDark || luma[y][x] > kTooBright) return kNoiseBands;
            sum += luma[y][x];
        }
    }
    const double mean = sum / static_cast<double>(side * side);
    return std::min(static_cast<std::size_t>(mean / 64), kNoiseBands - 1);
}

void add_luma(const NoiseTile& tile, Bands& bands) {
    for (std::size_t top = 0; top < kNoiseTilePx; top += kBlock) {
        for (std::size_t left = 0; left < kNoiseTilePx; left += kBlock) {
            const std::size_t band = band_of(tile.luma, left, top, kBlock);
            if (band == kNoiseBands) continue;
            Samples samples{};
            for (std::size_t y = 0; y < kBlock; ++y) {
                for (std::size_t x = 0; x < kBlock; ++x)
                    samples[y][x] = tile.luma[top + y][left + x];
            }
            bands.luma[band].add(transform(samples));
        }
    }
}

/// A block of 16 x 16 pixels at half size.
Samples half_size(const Square& plane, std::size_t top, std::size_t left) {
    Samples samples{};
    for (std::size_t y = 0; y < kBlock; ++y) {
        const auto& upper = plane[top + 2 * y];
        const auto& lower = plane[top + 2 * y + 1];
        for (std::size_t x = 0; x < kBlock; ++x) {
            const std::size_t column = left + 2 * x;
            samples[y][x] =
                (upper[column] + upper[column + 1] + lower[column] + lower[column + 1]) / 4;
        }
    }
    return samples;
}

void add_chroma(const NoiseTile& tile, Bands& bands) {
    constexpr std::size_t kSide = 2 * kBlock;
    for (std::size_t top = 0; top < kNoiseTilePx; top += kSide) {
        for (std::size_t left = 0; left < kNoiseTilePx; left += kSide) {
            const std::size_t band = band_of(tile.luma, left, top, kSide);
            if (band == kNoiseBands) continue;
            for (const Square& plane : tile.chroma)
                bands.chroma[band].add(transform(half_size(plane, top, left)));
        }
    }
}

NoiseStatistics summary(Bands& bands) {
    NoiseStatistics noise;
    double luma_weight = 0, chroma_weight = 0;
    for (std::size_t i = 0; i < kNoiseBands; ++i) {
        NoiseLevel& level = noise.bands[i];
        noise.block_count[i] = static_cast<int>(bands.luma[i].count());
        level.luma_sigma = bands.luma[i].sigma() / 255;
        level.chroma_sigma = 2 * bands.chroma[i].sigma() / 255;
        const auto add = [](Band& band, double sigma, double& sum, double& weight) {
            if (band.count() < kEnoughBlocks) return;
            sum += sigma * static_cast<double>(band.count());
            weight += static_cast<double>(band.count());
        };
        add(bands.luma[i], level.luma_sigma, noise.overall.luma_sigma, luma_weight);
        add(bands.chroma[i], level.chroma_sigma, noise.overall.chroma_sigma, chroma_weight);
    }
    if (luma_weight > 0) noise.overall.luma_sigma /= luma_weight;
    if (chroma_weight > 0) noise.overall.chroma_sigma /= chroma_weight;
    return noise;
}

/// Blocks of row `j` of the grid.
Bands blocks_of_row(const ImageView& pixels, int j) {
    const auto place = [](int side, int i) {
        return static_cast<int>(std::int64_t{side - kNoiseTilePx} * i / (kNoiseGrid - 1));
    };
    Bands bands;
    NoiseTile tile{};
    const int top = place(pixels.height_px, j);
    for (int i = 0; i < kNoiseGrid; ++i) {
        const int left = place(pixels.width_px, i);
        if (bytes_per_sample(pixels.format) == 2) {
            read_noise_tile<std::uint16_t>(pixels, left, top, tile);
        } else {
            read_noise_tile<std::uint8_t>(pixels, left, top, tile);
        }
        add_luma(tile, bands);
        if (channels(pixels.format) > 1) add_chroma(tile, bands);
    }
    return bands;
}

}  // namespace

Result<NoiseStatistics> measure_noise(const ImageView& pixels, const RunOptions& run) {
    if (pixels.width_px < kNoiseTilePx || pixels.height_px < kNoiseTilePx) return NoiseStatistics{};
    std::array<Bands, kNoiseGrid> rows;
    Status measured = run_tasks(run, kNoiseGrid, [&](int j) -> Status {
        rows[static_cast<std::size_t>(j)] = blocks_of_row(pixels, j);
        return {};
    });
    if (!measured) return std::unexpected(std::move(measured).error());
    Bands bands;
    for (const Bands& row : rows) bands.add(row);
    return summary(bands);
}

}  // namespace limpid::analysis
