#pragma once

#include "Halide.h"
#include "common/estimates.h"

namespace limpid::generators {

/// What every generator here derives from. A kernel `T` has, beside generate(),
///   constrain()         what its caller promises about buffers: part of the interface, whatever
///   the schedule schedule_by_hand()  the schedule that ships
/// and reads the sizes of that schedule through tuned_lanes() and tuned_tile(), so that `make tune`
/// can try others. The defaults change nothing.
template <class T>
class Kernel : public Halide::Generator<T> {
public:
    Halide::GeneratorParam<int> lane_percent{"lane_percent", 100, 25, 400};
    Halide::GeneratorParam<int> tile_percent{"tile_percent", 100, 12, 800};

    void schedule() {
        T& kernel = static_cast<T&>(*this);
        kernel.constrain();
        if (this->using_autoscheduler()) {
            set_estimates(*this);
            return;
        }
        kernel.schedule_by_hand();
        _halide_user_assert(lane_percent == 100 || has_lanes_)
            << "this schedule has no vectors to widen\n";
        _halide_user_assert(tile_percent == 100 || has_tile_) << "this schedule has no tile\n";
    }

protected:
    /// Lanes of a vector, or how often something is unrolled instead.
    int tuned_lanes(int by_hand) {
        has_lanes_ = true;
        return by_hand * lane_percent / 100;
    }
    /// Width of a tile, in what the kernel counts it in.
    int tuned_tile(int by_hand) {
        has_tile_ = true;
        return by_hand * tile_percent / 100;
    }

private:
    bool has_lanes_ = false, has_tile_ = false;
};

}  // namespace limpid::generators
