#pragma once

#include "limpid/image.hpp"
#include "limpid/run.hpp"

namespace limpid::analysis {

/// What only full resolution shows, measured on a fixed grid of tiles so that the cost is bounded.
struct DetailStatistics {
    /// Mean width of strong edges in pixels, from extremum to extremum (Marziliano et al., ICIP
    /// 2002); 0 when there are fewer than 32 of them.
    double edge_width_px = 0;
    /// Share of the samples that equal their right neighbour, of all that are not clipped: near 1
    /// only where there was never a lens.
    double flat_share = 0;
};

/// @param pixels  any format.
/// @return run.cancelled. Deterministic, whatever the runner; thread-safe.
[[nodiscard]] Result<DetailStatistics> measure_detail(const ImageView& pixels,
                                                      const RunOptions& run = {});

}  // namespace limpid::analysis
