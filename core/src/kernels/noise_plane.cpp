#include "kernels/noise_plane.hpp"

#include <algorithm>
#include <cstring>

namespace limpid::kernels {
namespace {

/// Samples beyond the last tile that a DCT kernel reads: 7, and what rounds a row of blocks up to
/// whole vectors, of 32 lanes at most.
constexpr int kReadAhead = 7 + 32;

constexpr int whole_tiles(int columns) {
    return (columns + kPlaneTile - 1) / kPlaneTile * kPlaneTile;
}

/// Index `i` of a sequence of `count` values that goes back and forth for ever.
int reflected(int i, int count) {
    const int period = 2 * count;
    const int phase = ((i % period) + period) % period;
    return phase < count ? phase : period - 1 - phase;
}

}  // namespace

Status NoisePlanes::allocate(int count, int columns, RowRange rows) {
    count_ = count;
    rows_ = rows;
    stride_ = kPlaneMargin + whole_tiles(columns + 2 * kPlaneMargin) + kReadAhead;
    const std::size_t samples = static_cast<std::size_t>(count) *
                                static_cast<std::size_t>(stride_) *
                                static_cast<std::size_t>(rows.count());
    if (samples_.resize(samples * sizeof(std::int16_t))) return {};
    return fail(ErrorCode::memory_exhausted, "planes for noise reduction");
}

std::int16_t* NoisePlanes::sample(int plane, int x, int y) const noexcept {
    const auto row = static_cast<std::ptrdiff_t>(plane) * rows_.count() + (y - rows_.begin);
    return reinterpret_cast<std::int16_t*>(samples_.data()) + row * stride_ + kPlaneMargin + x;
}

void NoisePlanes::reflect(int width, int height) noexcept {
    const int right = std::min(width + kPlaneMargin, stride_ - kPlaneMargin);
    const RowRange inside = {std::max(rows_.begin, 0), std::min(rows_.end, height)};
    for (int plane = 0; plane < count_; ++plane) {
        for (int y = inside.begin; y < inside.end; ++y) {
            std::int16_t* row = sample(plane, 0, y);
            for (int x = -kPlaneMargin; x < 0; ++x) row[x] = row[reflected(x, width)];
            for (int x = width; x < right; ++x) row[x] = row[reflected(x, width)];
        }
        for (int y = rows_.begin; y < rows_.end; ++y) {
            if (y >= inside.begin && y < inside.end) continue;
            std::memcpy(sample(plane, -kPlaneMargin, y),
                        sample(plane, -kPlaneMargin, reflected(y, height)),
                        static_cast<std::size_t>(stride_) * sizeof(std::int16_t));
        }
    }
}

SignedPlanes NoisePlanes::all() const noexcept {
    return {.data = sample(0, -kPlaneMargin, rows_.begin),
            .first_column = -kPlaneMargin,
            .columns = stride_,
            .first_row = rows_.begin,
            .rows = rows_.count(),
            .row_stride = stride_,
            .count = count_,
            .plane_stride = stride_ * rows_.count()};
}

SignedPlanes NoisePlanes::all(int plane, int row_zero) const noexcept {
    SignedPlanes one = all();
    one.data = sample(plane, -kPlaneMargin, rows_.begin);
    one.first_row -= row_zero;
    one.count = 1;
    return one;
}

SignedPlanes NoisePlanes::image_rows(int columns, int height) const noexcept {
    SignedPlanes inside = all();
    inside.first_row = std::max(rows_.begin, 0);
    inside.rows = std::min(rows_.end, height) - inside.first_row;
    inside.data = sample(0, 0, inside.first_row);
    inside.first_column = 0;
    inside.columns = columns;
    return inside;
}

SignedPlanes NoisePlanes::tiles(int plane, int first_column, int width,
                                RowRange wanted) const noexcept {
    return {.data = sample(plane, first_column, wanted.begin),
            .first_column = first_column,
            .columns = whole_tiles(width),
            .first_row = 0,
            .rows = wanted.count(),
            .row_stride = stride_};
}

}  // namespace limpid::kernels
