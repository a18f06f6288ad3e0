#pragma once

#include <cstdint>

#include "kernels/kernels.hpp"
#include "limpid/image.hpp"
#include "limpid/run.hpp"

namespace limpid::analysis {

/// What the statistics look at: an exact box-downscale, and what was counted while making it.
struct Proxy {
    int box_factor = 1;
    /// gray16 or rgb16.
    Image pixels;
    kernels::ChannelBins histogram;
    /// Full-resolution pixels with any channel at its maximum, and with all at 0.
    std::uint64_t clipped_high = 0;
    std::uint64_t clipped_low = 0;
};

/// Longest side of the proxy; enough for global statistics (HDRNet and its kin look at 256 px).
inline constexpr int kProxySidePx = 256;

/// @return memory.exhausted | run.cancelled.
[[nodiscard]] Result<Proxy> make_proxy(const ImageView& pixels, const RunOptions& run);

}  // namespace limpid::analysis
