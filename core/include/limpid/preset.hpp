#pragma once

#include <cstdint>
#include <string_view>

#include "limpid/export.hpp"
#include "limpid/recipe.hpp"

namespace limpid {

/// Taste: how a decided recipe is changed; presets.def says what each does.
enum class Preset : std::uint8_t {
#define LIMPID_PRESET(name, doc) name,
#define LIMPID_PRESET_FIELD(...)
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
};

/// "natural", "vivid", ….
[[nodiscard]] LIMPID_API std::string_view to_string(Preset preset) noexcept;

/// `recipe` with the rows of presets.def applied: each amount they name becomes
/// identity + gain * (amount - identity) + add, kept within the range of recipe.def, and the reason
/// of a correction that this changes says so. Preset::natural returns the recipe as it is.
/// Applying two presets, or one twice, applies both rules in turn. Deterministic, thread-safe.
/// @param recipe  one that validate() accepts, as decide() gives; so is the result.
[[nodiscard]] LIMPID_API Recipe apply_preset(Recipe recipe, Preset preset);

}  // namespace limpid
