#pragma once

#include <string>
#include <vector>

#include "Halide.h"
#include "noise/dct8.h"
#include "noise/planes.h"

/// Shrinkage of the 8 x 8 blocks that begin in every column and in every second row of a plane, and
/// the mean of the 32 estimates of each sample.
///
/// The transforms are separable, and so is the mean: per sample there is one transform along x,
/// four down the columns of its result, four back, one back along x. R[u] below is the sum of a
/// row's vertical estimates, before the way back along x.
///   H(x, y)[u]    = forward_dct(plane(x .. x + 7, y))
///   X(x, y)[u][v] = forward_dct(H(x, y .. y + 7)[u])
///   G(x, y)[u]    = inverse_dct(shrink(X(x, y)[u][v], u, v) for v = 0 .. 7), with gain 2
///   R(x, y)[u]    = sum over the rows t from y - 7 to y in which blocks begin, upwards, of
///                   G(x, t)[u][y - t], saturated after each addition
///   out(x, y)     = clamp((sum over k = 0 .. 7 of inverse_dct(R(x - k, y))[k] + 2) >> 2,
///                         -2040, 2040)
/// The half and the quarter of the two inverses times 8 x 4 estimates
/// make out a mean with factor 4.
/// Where one pass has its blocks in odd rows and the other in even ones, half of the blocks cost
/// 0.01 dB (seven details of Kodak photos, 256 x 224, noise of 15, 25 and 50); in the same rows
/// they cost up to 0.1 dB.
namespace limpid::generators {

class SlidingDct {
public:
    /// Row DCTs of `plane`, a function of (x, y).
    SlidingDct(const char* name, const Halide::Func& plane, const Halide::Target& target)
        : across(std::string(name) + "_across"),
          along_(std::string(name) + "_along"),
          target_(target) {
        Lane8 samples;
        for (int i = 0; i < 8; i++) samples[i] = plane(x + i, y);
        along_(x, y) = tuple(forward_dct(samples, target));
        across(x, u, y) = pick(u, along_(x, y));
    }

    /// X at (x, u, row): what shrink() is applied to.
    Lane8 coefficients(const Halide::Expr& row) const {
        Lane8 column;
        for (int v = 0; v < 8; v++) column[v] = across(x, u, row + v);
        return forward_dct(column, target_);
    }

    void schedule(Halide::Func consumer, const Halide::Var& tile, int lanes) {
        across.compute_at(consumer, tile)
            .unroll(u)
            .split(x, xo, xi, lanes, Halide::TailStrategy::RoundUp)
            .vectorize(xi)
            .reorder(xi, u, xo, y)
            .reorder_storage(x, y, u);
        along_.compute_at(across, xo).vectorize(x, lanes);
    }

    static Halide::Tuple tuple(const Lane8& lanes) {
        return Halide::Tuple(std::vector<Halide::Expr>(lanes.begin(), lanes.end()));
    }
    static Halide::Expr pick(const Halide::Expr& index, const Halide::FuncRef& of) {
        std::vector<Halide::Expr> values;
        for (int i = 0; i < 8; i++) values.push_back(of[i]);
        return Halide::mux(index, values);
    }

    Halide::Var x{"x"}, y{"y"}, u{"u"}, xo{"xo"}, xi{"xi"};
    Halide::Func across;

private:
    Halide::Func along_;
    Halide::Target target_;
};

/// The way back: from shrunk coefficients to the mean of the estimates.
class Aggregate {
public:
    /// @param shrunk  coefficients v = 0 .. 7 at (x, u, row)
    /// @param rows    rows of output, which begin at 0
    /// @param odd     1 when blocks begin in odd rows, 0 when in even ones
    template <class Shrunk>
    Aggregate(const Shrunk& shrunk, const Halide::Expr& rows, const Halide::Expr& odd,
              const Halide::Target& target)
        : r_(0, 8, 0, (rows + 7 + odd) / 2, "r") {
        using namespace Halide;
        const auto top = [&](const Expr& block) { return 2 * block - 6 - odd; };
        estimate_(x, u, y) = SlidingDct::tuple(inverse_dct(shrunk(top(y)), 2, target));
        rows_(x, u, y) = cast<int16_t>(0);
        const Expr row = top(r_.y) + r_.x;
        rows_(x, u, row) =
            saturating_add(rows_(x, u, row), SlidingDct::pick(r_.x, estimate_(x, u, r_.y)));
        Lane8 columns;
        for (int i = 0; i < 8; i++) columns[i] = rows_(x, i, y);
        samples_(x, y) = SlidingDct::tuple(inverse_dct(columns, 1, target));
        Expr sum = cast<int16_t>(2);
        for (int k = 0; k < 8; k++) sum += FuncRef(samples_(x - k, y))[k];
        mean(x, y) = clamp(sum >> 2, cast<int16_t>(-kPlaneLimit), cast<int16_t>(kPlaneLimit));
    }

    void schedule(Halide::Func consumer, const Halide::Var& row, const Halide::Var& tile,
                  int lanes) {
        using namespace Halide;
        samples_.compute_at(consumer, row)
            .store_in(MemoryType::Stack)
            .vectorize(x, lanes, TailStrategy::RoundUp);
        rows_.compute_at(consumer, tile)
            .reorder_storage(x, y, u)
            .vectorize(x, lanes, TailStrategy::RoundUp);
        Var xo{"xo"}, xi{"xi"};
        rows_.update()
            .split(x, xo, xi, lanes, TailStrategy::RoundUp)
            .reorder(xi, r_.x, xo, r_.y, u)
            .vectorize(xi)
            .unroll(r_.x);
        estimate_.compute_at(rows_, xo).vectorize(x, lanes);
    }

    Halide::Var x{"x"}, y{"y"}, u{"u"};
    Halide::Func mean{"mean"};

private:
    Halide::RDom r_;
    Halide::Func estimate_{"estimate"}, rows_{"rows"}, samples_{"samples"};
};

}  // namespace limpid::generators
