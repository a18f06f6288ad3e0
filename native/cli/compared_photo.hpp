#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "limpid/limits.hpp"
#include "limpid/recipe.hpp"
#include "limpid/run.hpp"
#include "sheet/compare_sheet.hpp"

namespace limpid::cli {

/// What a sheet shows of a photo: enhanced at full size, then shrunk into `picture`.
/// @param recipe    absent: decided from the photo
/// @param strength  0..1, for all corrections
/// @return the errors of decode() and render().
[[nodiscard]] Result<sheet::ComparedPhoto> compared_photo(std::span<const std::byte> encoded,
                                                          std::string name, ImageSize picture,
                                                          const std::optional<Recipe>& recipe,
                                                          Decimal strength, const Limits& limits,
                                                          const RunOptions& run);

}  // namespace limpid::cli
