#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "limpid/recipe.hpp"

namespace limpid::recipe {

/// An amount changes the image unless it has its identity value; a parameter says how.
enum class FieldKind : std::uint8_t { amount, parameter };

/// One number of one correction: a row LIMPID_RECIPE_FIELD or LIMPID_RECIPE_PARAM of recipe.def.
struct Field {
    FieldKind kind;
    std::string_view name;
    std::string_view unit;
    /// Of a parameter: its default.
    Decimal min, max, identity;
    std::string_view doc;
    const Decimal& (*get)(const Recipe&);
    Decimal& (*get_mutable)(Recipe&);
};

/// One correction: a row LIMPID_RECIPE_OP of recipe.def and its fields.
struct Op {
    std::string_view name;
    std::string_view doc;
    const Correction& (*get)(const Recipe&);
    Correction& (*get_mutable)(Recipe&);
    std::span<const Field> fields;
};

/// The table, in order of application.
[[nodiscard]] std::span<const Op> ops() noexcept;

}  // namespace limpid::recipe
