#include "pipeline/local_grid.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "analyse/haze.hpp"
#include "pipeline/guided_filter.hpp"

namespace limpid::pipeline {
namespace {

constexpr int kFields = 4;

/// The base layer keeps what is larger than a thirty-second of the longer side, and edges.
constexpr int kBaseParts = 32;
/// He, Sun and Tang's for detail enhancement: contrasts well above a tenth of full scale are edges.
constexpr double kBaseEpsilon = 0.1 * 0.1;
/// The radius that the same authors refine transmission with, 60 of about 600 pixels, and theirs
/// too the epsilon.
constexpr int kHazeParts = 16;
constexpr double kHazeEpsilon = 0.001;
/// Keeps the haze fields within their 16 bits: offset <= gain of 7/3 + slope <= 4.
constexpr double kHazeSteepest = 1.5;
constexpr double kMostHazeGain = 1.0 / analysis::kLeastTransmission - 1.0;

/// Tables as functions of a level 0..1, interpolated.
class Tables {
public:
    Tables(std::span<const std::uint16_t> tables, PixelFormat format)
        : tables_(tables),
          channels_(channels(format) == 1 ? 1 : 3),
          entries_(tables.size() / channels_),
          scale_(bytes_per_sample(format) == 2 ? kernels::kColourScale16 : kernels::kColourScale8) {
    }

    [[nodiscard]] std::size_t channel_count() const { return channels_; }
    [[nodiscard]] double scale() const { return scale_; }
    /// On the scale of the tables.
    [[nodiscard]] double at(std::size_t channel, double level) const {
        const double place = level * static_cast<double>(entries_ - 1);
        const std::size_t below = std::min(static_cast<std::size_t>(place), entries_ - 2);
        const double share = place - static_cast<double>(below);
        const std::uint16_t* entry = tables_.data() + channel * entries_ + below;
        return entry[0] + share * (entry[1] - entry[0]);
    }

private:
    std::span<const std::uint16_t> tables_;
    std::size_t channels_;
    std::size_t entries_;
    double scale_;
};

/// The proxy after the tables: interleaved levels 0..1.
struct Levels {
    int width_px, height_px;
    std::size_t channels;
    std::vector<double> values;

    [[nodiscard]] Plane luma() const {
        Plane plane{width_px, height_px, {}};
        plane.values.reserve(values.size() / channels);
        for (std::size_t i = 0; i < values.size(); i += channels) {
            plane.values.push_back(
                channels == 1
                    ? values[i]
                    : (54.0 * values[i] + 183.0 * values[i + 1] + 19.0 * values[i + 2]) / 256.0);
        }
        return plane;
    }
};

Levels graded_levels(const ImageView& proxy, const Tables& tables) {
    Levels levels{proxy.width_px, proxy.height_px, tables.channel_count(), {}};
    levels.values.reserve(static_cast<std::size_t>(proxy.width_px) *
                          static_cast<std::size_t>(proxy.height_px) * levels.channels);
    for (int y = 0; y < proxy.height_px; ++y) {
        const auto* row = reinterpret_cast<const std::uint16_t*>(proxy.row(y));
        const std::size_t count = static_cast<std::size_t>(proxy.width_px) * levels.channels;
        for (std::size_t i = 0; i < count; ++i) {
            levels.values.push_back(tables.at(i % levels.channels, row[i] / 65535.0) /
                                    tables.scale());
        }
    }
    return levels;
}

int radius_of(const Levels& levels, int parts) {
    return std::max(1, std::max(levels.width_px, levels.height_px) / parts);
}

std::array<double, 3> airlight_levels(const kernels::HazeParams& haze, double scale) {
    return {haze.red / scale, haze.green / scale, haze.blue / scale};
}

/// Models of amount * (1 / t - 1) in luma.
LinearModels haze_models(const Levels& levels, const std::array<double, 3>& airlight,
                         double amount) {
    Plane gain{levels.width_px, levels.height_px,
               analysis::transmission(levels.values, static_cast<int>(levels.channels),
                                      levels.width_px, levels.height_px, airlight)};
    for (double& value : gain.values) value = amount * (1.0 / value - 1.0);
    return guided_filter(levels.luma(), gain, radius_of(levels, kHazeParts), kHazeEpsilon,
                         kHazeSteepest);
}

void take_off_haze(Levels& levels, const LinearModels& models,
                   const std::array<double, 3>& airlight) {
    const Plane luma = levels.luma();
    for (std::size_t i = 0; i < luma.values.size(); ++i) {
        const double gain = std::clamp(
            models.slope.values[i] * luma.values[i] + models.offset.values[i], 0.0, kMostHazeGain);
        for (std::size_t c = 0; c < levels.channels; ++c) {
            double& value = levels.values[i * levels.channels + c];
            value = std::clamp(value + (value - airlight[c]) * gain, 0.0, 1.0);
        }
    }
}

/// Writes one field of the grid: rows as they are, columns interpolated at the nodes.
class GridWriter {
public:
    GridWriter(LocalGridData& grid, double proxy_px_per_px)
        : grid_(grid), proxy_px_per_px_(proxy_px_per_px) {}

    void write(const Plane& plane, std::size_t field, double unit, int least, int most) {
        for (int row = 0; row < grid_.rows; ++row) {
            const double* line = plane.values.data() + std::ptrdiff_t{row} * plane.width_px;
            const std::size_t first = (static_cast<std::size_t>(row) * kFields + field) *
                                      static_cast<std::size_t>(grid_.nodes);
            for (int node = 0; node < grid_.nodes; ++node) {
                const double place =
                    std::clamp((node * kernels::kGridCellPx + 0.5) * proxy_px_per_px_ - 0.5, 0.0,
                               plane.width_px - 1.0);
                const int left = static_cast<int>(place);
                const int right = std::min(left + 1, plane.width_px - 1);
                const double value = line[left] + (place - left) * (line[right] - line[left]);
                grid_.values[first + static_cast<std::size_t>(node)] =
                    quantised(value * unit, least, most);
            }
        }
    }

private:
    static std::int16_t quantised(double value, int least, int most) {
        const double held =
            std::clamp(value, static_cast<double>(least), static_cast<double>(most));
        return static_cast<std::int16_t>(held + (held < 0 ? -0.5 : 0.5));
    }

    LocalGridData& grid_;
    double proxy_px_per_px_;
};

LocalGridData empty_grid(const ProxySource& source, int width_px, int height_px) {
    LocalGridData grid;
    grid.nodes = kernels::grid_nodes(width_px);
    grid.rows = source.pixels.height_px;
    grid.values.resize(std::size_t{kFields} * static_cast<std::size_t>(grid.nodes) *
                       static_cast<std::size_t>(grid.rows));
    // Pixel y is centred at y + 1/2, and a proxy row at its index + 1/2.
    const double step = 65536.0 * source.height_px / source.box_factor / height_px;
    grid.row_step_q16 = static_cast<int>(step + 0.5);
    grid.row_offset_q16 = grid.row_step_q16 / 2 - 32768;
    return grid;
}

}  // namespace

kernels::HazeParams airlight_after_tables(const Dehaze& dehaze,
                                          std::span<const std::uint16_t> tables,
                                          PixelFormat format) {
    const Tables functions(tables, format);
    const auto at = [&](std::size_t channel, Decimal level) {
        const std::size_t which = std::min(channel, functions.channel_count() - 1);
        return static_cast<int>(functions.at(which, level.to_double()) + 0.5);
    };
    return {at(0, dehaze.airlight_red), at(1, dehaze.airlight_green), at(2, dehaze.airlight_blue)};
}

LocalGridData make_local_grid(const ProxySource& source, const GradedColour& graded, int width_px,
                              int height_px) {
    const Tables tables(graded.tables, graded.format);
    Levels levels = graded_levels(source.pixels, tables);
    LocalGridData grid = empty_grid(source, width_px, height_px);
    GridWriter writer(grid, static_cast<double>(source.width_px) / source.box_factor / width_px);
    if (graded.haze) {
        const auto airlight = airlight_levels(*graded.haze, tables.scale());
        const LinearModels haze = haze_models(levels, airlight, graded.haze_amount);
        take_off_haze(levels, haze, airlight);
        writer.write(haze.slope, 2, 8192.0, -16383, 16383);
        writer.write(haze.offset, 3, 4096.0, -16383, 16383);
    }
    const Plane luma = levels.luma();
    const LinearModels base =
        guided_filter(luma, luma, radius_of(levels, kBaseParts), kBaseEpsilon, 1.0);
    writer.write(base.slope, 0, 32768.0, 0, 32767);
    writer.write(base.offset, 1, kernels::kColourScale8, 0, kernels::kColourScale8);
    return grid;
}

}  // namespace limpid::pipeline
