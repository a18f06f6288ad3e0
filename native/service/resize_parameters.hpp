#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/resize.hpp"
#include "service/query.hpp"

// The size of a picture that is asked for, as parameters: width, height, fit and enlarge.
namespace limpid::service {

/// Of width and height, 1 to this: what the command line and the npm package take, too. What the
/// limits of a run allow is less, and is for the worker to say, who knows the picture.
inline constexpr int kMaxSidePx = 65'535;

/// Every way to fit a picture into a box, as its parameter is spelt.
inline constexpr Fit kFits[] = {Fit::inside, Fit::cover, Fit::exact};

/// "inside", "cover" or "exact".
[[nodiscard]] std::string_view to_string(Fit fit) noexcept;

/// Is it one of the four?
[[nodiscard]] bool is_resize_parameter(std::string_view name);

/// Read the four from parameters that may hold others. A picture that is small enough is left as it
/// is, unless `enlarge` is true.
/// @return nothing: no size is asked for; argument.invalid naming the parameter, also for a fit or
///         an enlarge without a side.
[[nodiscard]] Result<std::optional<Resize>> read_resize(std::span<const Parameter> parameters);

/// The inverse: what differs from the defaults, always in the same order. The filter is not told.
[[nodiscard]] std::vector<Parameter> resize_parameters(const Resize& resize);

}  // namespace limpid::service
