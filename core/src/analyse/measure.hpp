#pragma once

#include "analyse/proxy.hpp"
#include "limpid/analysis.hpp"

namespace limpid::analysis {

/// The numbers of an image, and the proxy they were taken from: rendering decides local tone on it.
struct Measured {
    Analysis analysis;
    Proxy proxy;
};

/// analyse_pixels(), keeping the proxy. @return as analyse_pixels(). Thread-safe.
[[nodiscard]] Result<Measured> measure(const ImageView& pixels, const RunOptions& run,
                                       int jpeg_quality);

}  // namespace limpid::analysis
