#include "pipeline/lut_stage.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <utility>

#include "base/run_control.hpp"
#include "kernels/lut3d.hpp"
#include "lut/evaluate.hpp"

namespace limpid::pipeline {
namespace {

double clamp01(double level) { return std::clamp(level, 0.0, 1.0); }

/// What the table adds to a level, at this strength, within black and white.
double change_of(double level, double result, double strength) {
    return (clamp01(result) - level) * strength;
}

/// The lattice over 0..1: the table's own, or 65 points where its domain is another.
void make_lattice(const Lut& lut, double strength, LutPlan& plan) {
    const Lut unit;
    const bool own = lut.domain_min == unit.domain_min && lut.domain_max == unit.domain_max;
    plan.points = own ? lut.points : kernels::kMaxLatticePoints;
    const auto points = static_cast<std::size_t>(plan.points);
    const auto level = [&](std::size_t i) { return static_cast<double>(i) / (plan.points - 1); };
    plan.lattice.reserve(3 * points * points * points);
    std::size_t next = 0;
    for (std::size_t b = 0; b < points; ++b) {
        for (std::size_t g = 0; g < points; ++g) {
            for (std::size_t r = 0; r < points; ++r) {
                const lut::Levels colour = {level(r), level(g), level(b)};
                const lut::Levels result =
                    own ? lut::Levels{lut.values[next], lut.values[next + 1], lut.values[next + 2]}
                        : lut::evaluate(lut, colour);
                next += 3;
                for (std::size_t c = 0; c < 3; ++c) {
                    const double change = change_of(colour[c], result[c], strength);
                    const double scaled = std::floor(change * 32767.5 + 0.5);
                    plan.lattice.push_back(
                        static_cast<std::int16_t>(std::clamp(scaled, -32768.0, 32767.0)));
                }
            }
        }
    }
    plan.is_identity = std::ranges::all_of(plan.lattice, [](int change) { return change == 0; });
}

/// Curves per channel, or for grey the luma of what becomes of grey.
void make_tables(const Lut& lut, double strength, PixelFormat format, LutPlan& plan) {
    const int full = bytes_per_sample(format) == 2 ? 65535 : 255;
    const bool grey = channels(format) == 1;
    const std::size_t entries = static_cast<std::size_t>(full) + 1;
    plan.tables.resize(entries * (grey ? 1 : 3));
    for (int i = 0; i <= full; ++i) {
        const double level = static_cast<double>(i) / full;
        lut::Levels result = lut::evaluate(lut, {level, level, level});
        for (double& value : result) value = clamp01(value);
        if (grey) result[0] = 0.2126 * result[0] + 0.7152 * result[1] + 0.0722 * result[2];
        for (std::size_t c = 0; c < (grey ? 1u : 3u); ++c) {
            const double change = std::floor(change_of(level, result[c], strength) * full + 0.5);
            const int value = std::clamp(i + static_cast<int>(change), 0, full);
            plan.tables[c * entries + static_cast<std::size_t>(i)] =
                static_cast<std::uint16_t>(value);
            plan.is_identity = plan.is_identity && value == i;
        }
    }
}

template <class Sample>
void look_up(const LutPlan& plan, int channel_count, const std::byte* from, std::byte* to,
             int width_px) {
    const std::size_t entries = std::size_t{1} << (8 * sizeof(Sample));
    const int colours = channel_count == 1 ? 1 : 3;
    for (int x = 0; x < width_px; ++x) {
        for (int c = 0; c < channel_count; ++c) {
            Sample sample = 0;
            std::memcpy(&sample, from, sizeof(Sample));
            if (c < colours) {
                sample = static_cast<Sample>(
                    plan.tables[static_cast<std::size_t>(c) * entries + sample]);
            }
            std::memcpy(to, &sample, sizeof(Sample));
            from += sizeof(Sample);
            to += sizeof(Sample);
        }
    }
}

}  // namespace

Result<LutPlan> make_lut_plan(const Lut& lut, Decimal strength, PixelFormat format) {
    if (strength < Decimal{} || strength > Decimal{Decimal::kOne}) {
        return fail(ErrorCode::argument_invalid,
                    "the strength of a look-up table is " + to_string(strength) + ", not 0 to 1");
    }
    if (Status valid = validate(lut); !valid) return std::unexpected(std::move(valid).error());
    LutPlan plan;
    if (lut.is_3d && channels(format) > 1) {
        make_lattice(lut, strength.to_double(), plan);
    } else {
        make_tables(lut, strength.to_double(), format, plan);
    }
    return plan;
}

Status run_lut(const LutPlan& plan, const kernels::InputStrip& input,
               const kernels::OutputStrip& output) {
    if (!plan.lattice.empty()) {
        return kernels::lut3d(input, {plan.lattice, plan.points}, output);
    }
    const ImageView& rows = input.rows;
    const int count = channels(rows.format);
    for (int y = 0; y < output.rows.height_px; ++y) {
        const std::byte* from = rows.row(output.first_row - input.first_row + y);
        if (bytes_per_sample(rows.format) == 2) {
            look_up<std::uint16_t>(plan, count, from, output.rows.row(y), rows.width_px);
        } else {
            look_up<std::uint8_t>(plan, count, from, output.rows.row(y), rows.width_px);
        }
    }
    return {};
}

}  // namespace limpid::pipeline

namespace limpid {

Result<Image> apply_lut(const ImageView& pixels, const Lut& lut, Decimal strength,
                        const RunOptions& run) {
    if (pixels.data == nullptr || pixels.width_px < 1 || pixels.height_px < 1) {
        return fail(ErrorCode::argument_invalid, "pixels are empty");
    }
    auto plan = pipeline::make_lut_plan(lut, strength, pixels.format);
    if (!plan) return std::unexpected(std::move(plan).error());
    auto output = Image::create(pixels.format, pixels.width_px, pixels.height_px);
    if (!output) return output;
    const MutableImageView target = output->view();
    constexpr int kStripRows = 64;
    const int strips = (pixels.height_px + kStripRows - 1) / kStripRows;
    Status done = run_tasks(run, strips, [&](int i) {
        const kernels::RowRange rows = {i * kStripRows,
                                        std::min((i + 1) * kStripRows, pixels.height_px)};
        return pipeline::run_lut(*plan, kernels::strip(pixels, rows), kernels::strip(target, rows));
    });
    if (done) done = report_progress(run, Stage::render, 1.0);
    if (!done) return std::unexpected(std::move(done).error());
    return output;
}

}  // namespace limpid
