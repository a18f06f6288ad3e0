#include "limpid/preset.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "recipe/fields.hpp"

namespace limpid {
namespace {

struct Row {
    Preset preset;
    std::string_view op;
    std::string_view field;
    Decimal gain, add;
};

constexpr std::array kRows = {
#define LIMPID_PRESET(name, doc)
#define LIMPID_PRESET_FIELD(preset, op, field, gain, add) \
    Row{Preset::preset, #op, #field, Decimal::from_double(gain), Decimal::from_double(add)},
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
};

constexpr std::array kNames = {
#define LIMPID_PRESET(name, doc) std::string_view(#name),
#define LIMPID_PRESET_FIELD(...)
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
};

/// In ten-thousandths, halves away from zero.
Decimal changed(const recipe::Field& field, Decimal amount, const Row& row) {
    const std::int64_t scaled = std::int64_t{row.gain.ten_thousandths} *
                                (amount.ten_thousandths - field.identity.ten_thousandths);
    const std::int64_t half = scaled < 0 ? -Decimal::kOne / 2 : Decimal::kOne / 2;
    const std::int64_t sum =
        field.identity.ten_thousandths + (scaled + half) / Decimal::kOne + row.add.ten_thousandths;
    return Decimal::from_ten_thousandths(static_cast<std::int32_t>(
        std::clamp<std::int64_t>(sum, field.min.ten_thousandths, field.max.ten_thousandths)));
}

}  // namespace

std::string_view to_string(Preset preset) noexcept {
    return kNames[static_cast<std::size_t>(preset)];
}

Recipe apply_preset(Recipe recipe, Preset preset) {
    for (const recipe::Op& op : recipe::ops()) {
        bool differs = false;
        for (const Row& row : kRows) {
            if (row.preset != preset || row.op != op.name) continue;
            for (const recipe::Field& field : op.fields) {
                if (field.name != row.field) continue;
                Decimal& amount = field.get_mutable(recipe);
                const Decimal before = amount;
                amount = changed(field, before, row);
                differs = differs || (amount != before && field.kind == recipe::FieldKind::amount);
            }
        }
        if (!differs) continue;
        op.get_mutable(recipe)
            .reason.append(" The preset ")
            .append(to_string(preset))
            .append(" changes the amount.");
    }
    return recipe;
}

}  // namespace limpid
