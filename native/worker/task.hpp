#pragma once

#include <cstdint>

namespace limpid::worker {

/// What a worker is asked for.
enum class Task : std::uint8_t {
    inspect,  ///< read the headers; limits are looked at, nothing else of the options
    analyse,  ///< decode, measure and decide a recipe; limits are looked at
    enhance,  ///< the whole flow
};

}  // namespace limpid::worker
