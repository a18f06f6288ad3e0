#pragma once

#include <string_view>

#include "cli/parser.hpp"
#include "limpid/resize.hpp"

namespace limpid::cli {

/// --resize, --fit, --filter and --enlarge, as understood.
struct ResizeOption {
    Resize resize;
    /// Instead of a size: share of both sides, in ten-thousandths of a percent.
    int percent_times_10000 = 0;

    [[nodiscard]] bool is_given() const noexcept {
        return resize.width_px != 0 || resize.height_px != 0 || percent_times_10000 != 0;
    }
    /// For an image of this size, as it is shown.
    [[nodiscard]] Resize for_image(ImageSize image) const noexcept;
};

/// "2000x1333", "1600x", "x1200" or "50%"; throws ValueError.
void parse_size(std::string_view text, ResizeOption& target);

void add_resize_options(CLI::App& command, ResizeOption& target);

}  // namespace limpid::cli
