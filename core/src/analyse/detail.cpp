#include "analyse/detail.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "base/run_control.hpp"

namespace limpid::analysis {
namespace {

constexpr int kTilePx = 32;
constexpr int kGrid = 14;  // tiles a side, spread evenly

/// Encoded luma in 1/256 of an 8-bit step: Rec. 709 weights that sum to 256.
using Tile = std::array<std::array<int, kTilePx>, kTilePx>;

/// Steps of luma that make an edge, and where clipping makes neighbours equal.
constexpr int kEdgeStep = 12 * 256;
constexpr int kNearBlack = 4 * 256;
constexpr int kNearWhite = 251 * 256;

template <class Sample>
int luma(const Sample* p, int channel_count) {
    constexpr bool kWide = sizeof(Sample) == 2;
    const int sum = channel_count == 1 ? 256 * p[0] : 54 * p[0] + 183 * p[1] + 19 * p[2];
    return kWide ? static_cast<int>((std::int64_t{sum} * 255 + 32767) / 65535) : sum;
}

template <class Sample>
void read_tile(const ImageView& pixels, int left, int top, Tile& tile) {
    const int count = channels(pixels.format);
    for (int y = 0; y < kTilePx; ++y) {
        const auto* p = reinterpret_cast<const Sample*>(pixels.row(top + y)) +
                        static_cast<std::ptrdiff_t>(left) * count;
        for (int x = 0; x < kTilePx; ++x, p += count) {
            tile[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = luma(p, count);
        }
    }
}

struct EdgeWidths {
    std::int64_t total_px = 0;
    std::int64_t count = 0;

    /// Every run of one direction that contains a strong step, along the rows of the tile. Runs
    /// that touch the tile's border have an unknown width and do not count.
    void add(const Tile& tile) {
        for (const auto& row : tile) add_row(row);
    }
    void add(const EdgeWidths& other) {
        total_px += other.total_px;
        count += other.count;
    }

private:
    void add_row(const std::array<int, kTilePx>& row) {
        std::size_t x = 1;
        while (x < kTilePx) {
            const int sign = direction(row, x);
            const std::size_t start = x;
            int steepest = 0;
            for (; x < kTilePx && direction(row, x) == sign; ++x) {
                steepest = std::max(steepest, std::abs(row[x] - row[x - 1]));
            }
            const bool whole = start > 1 && x < kTilePx;
            if (sign != 0 && whole && steepest >= kEdgeStep) {
                total_px += static_cast<std::int64_t>(x - start);
                ++count;
            }
        }
    }

    static int direction(const std::array<int, kTilePx>& row, std::size_t x) {
        return (row[x] > row[x - 1]) - (row[x] < row[x - 1]);
    }
};

/// Neighbours along the rows whose luma is the same.
struct EqualNeighbours {
    std::int64_t equal = 0;
    std::int64_t all = 0;

    void add(const Tile& tile) {
        for (const auto& row : tile) {
            for (std::size_t x = 1; x < kTilePx; ++x) {
                if (row[x] < kNearBlack || row[x] > kNearWhite) continue;
                equal += row[x] == row[x - 1] ? 1 : 0;
                ++all;
            }
        }
    }
    void add(const EqualNeighbours& other) {
        equal += other.equal;
        all += other.all;
    }
};

struct DetailCounts {
    EdgeWidths edges;
    EqualNeighbours neighbours;
};

/// Of row `j` of the grid.
DetailCounts count_tiles(const ImageView& pixels, int j) {
    const bool wide = bytes_per_sample(pixels.format) == 2;
    const int top = static_cast<int>(std::int64_t{pixels.height_px - kTilePx} * j / (kGrid - 1));
    DetailCounts counts;
    Tile tile;
    for (int i = 0; i < kGrid; ++i) {
        const int left =
            static_cast<int>(std::int64_t{pixels.width_px - kTilePx} * i / (kGrid - 1));
        if (wide) {
            read_tile<std::uint16_t>(pixels, left, top, tile);
        } else {
            read_tile<std::uint8_t>(pixels, left, top, tile);
        }
        counts.edges.add(tile);
        counts.neighbours.add(tile);
    }
    return counts;
}

DetailStatistics statistics(const DetailCounts& counts) {
    DetailStatistics detail;
    const auto& [edges, neighbours] = counts;
    if (neighbours.all > 0) {
        detail.flat_share =
            static_cast<double>(neighbours.equal) / static_cast<double>(neighbours.all);
    }
    constexpr std::int64_t kEnoughEdges = 32;
    if (edges.count >= kEnoughEdges) {
        detail.edge_width_px =
            static_cast<double>(edges.total_px) / static_cast<double>(edges.count);
    }
    return detail;
}

}  // namespace

Result<DetailStatistics> measure_detail(const ImageView& pixels, const RunOptions& run) {
    if (pixels.width_px < kTilePx || pixels.height_px < kTilePx) return DetailStatistics{};
    std::array<DetailCounts, kGrid> rows;
    Status counted = run_tasks(run, kGrid, [&](int j) -> Status {
        rows[static_cast<std::size_t>(j)] = count_tiles(pixels, j);
        return {};
    });
    if (!counted) return std::unexpected(std::move(counted).error());
    DetailCounts all;
    for (const DetailCounts& row : rows) {
        all.edges.add(row.edges);
        all.neighbours.add(row.neighbours);
    }
    return statistics(all);
}

}  // namespace limpid::analysis
