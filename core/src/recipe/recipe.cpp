#include "limpid/recipe.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "recipe/fields.hpp"

namespace limpid {
namespace {

bool in_unit_range(Decimal value) {
    return value.ten_thousandths >= 0 && value.ten_thousandths <= Decimal::kOne;
}

std::unexpected<Error> out_of_range(std::string_view op, std::string_view member, Decimal value,
                                    Decimal min, Decimal max) {
    std::string found = "/";
    found.append(op).append("/").append(member).append(" is ").append(to_string(value));
    found.append("; the range is ").append(to_string(min)).append("..").append(to_string(max));
    return fail(ErrorCode::recipe_out_of_range, std::move(found));
}

}  // namespace

Status validate(const Recipe& recipe) {
    constexpr Decimal kZero{};
    constexpr Decimal kOne{Decimal::kOne};
    for (const recipe::Op& op : recipe::ops()) {
        const Correction& correction = op.get(recipe);
        if (!in_unit_range(correction.strength)) {
            return out_of_range(op.name, "strength", correction.strength, kZero, kOne);
        }
        if (!in_unit_range(correction.confidence)) {
            return out_of_range(op.name, "confidence", correction.confidence, kZero, kOne);
        }
        for (const recipe::Field& field : op.fields) {
            const Decimal value = field.get(recipe);
            if (value < field.min || value > field.max) {
                return out_of_range(op.name, field.name, value, field.min, field.max);
            }
        }
    }
    return {};
}

namespace {

bool changes_nothing(const recipe::Op& op, const Recipe& recipe) {
    if (op.get(recipe).strength.ten_thousandths == 0) return true;
    return std::ranges::all_of(op.fields, [&](const recipe::Field& field) {
        return field.kind == recipe::FieldKind::parameter || field.get(recipe) == field.identity;
    });
}

}  // namespace

bool is_identity(const Recipe& recipe) noexcept {
    return std::ranges::all_of(recipe::ops(),
                               [&](const recipe::Op& op) { return changes_nothing(op, recipe); });
}

Result<Recipe> scaled(Recipe recipe, Decimal strength) {
    if (!in_unit_range(strength)) {
        return fail(ErrorCode::argument_invalid,
                    "strength is " + to_string(strength) + "; the range is 0..1");
    }
    for (const recipe::Op& op : recipe::ops()) {
        Decimal& own = op.get_mutable(recipe).strength;
        const std::int64_t product = std::int64_t{own.ten_thousandths} * strength.ten_thousandths;
        own.ten_thousandths =
            static_cast<std::int32_t>((product + Decimal::kOne / 2) / Decimal::kOne);
    }
    return recipe;
}

}  // namespace limpid
