#include <string>
#include <string_view>
#include <vector>

#include "base/heap_sort.hpp"
#include "base/json_writer.hpp"
#include "limpid/recipe.hpp"
#include "recipe/fields.hpp"

namespace limpid {
namespace {

/// Members of one correction by name, so that they can be written sorted.
struct CorrectionMember {
    std::string_view name;
    const Decimal* number;  // null: one of the explaining members
};

void write_evidence(JsonWriter& json, const std::vector<Evidence>& evidence) {
    json.begin_array();
    for (const Evidence& item : evidence) {
        json.begin_object();
        json.key("name").value(item.name);
        json.key("unit").value(item.unit);
        json.key("value").value(item.value);
        json.end_object();
    }
    json.end_array();
}

void write_correction(JsonWriter& json, const recipe::Op& op, const Recipe& recipe) {
    const Correction& correction = op.get(recipe);
    std::vector<CorrectionMember> members = {{"strength", &correction.strength},
                                             {"confidence", &correction.confidence},
                                             {"reason", nullptr},
                                             {"evidence", nullptr}};
    for (const recipe::Field& field : op.fields)
        members.push_back({field.name, &field.get(recipe)});
    heap_sort(members, {}, &CorrectionMember::name);

    json.begin_object();
    for (const CorrectionMember& member : members) {
        json.key(member.name);
        if (member.number != nullptr) {
            json.value(*member.number);
        } else if (member.name == "reason") {
            json.value(correction.reason);
        } else {
            write_evidence(json, correction.evidence);
        }
    }
    json.end_object();
}

void write_number_schema(JsonWriter& json, std::string_view doc, std::string_view unit, Decimal min,
                         Decimal max, Decimal identity) {
    json.begin_object();
    json.key("default").value(identity);
    json.key("description").value(std::string(doc).append(" (").append(unit).append(")"));
    json.key("maximum").value(max);
    json.key("minimum").value(min);
    json.key("type").value("number");
    json.end_object();
}

constexpr std::string_view kReasonSchema =
    R"({"description":"one plain sentence","maxLength":1000,"type":"string"})";
constexpr std::string_view kEvidenceSchema =
    R"({"items":{"additionalProperties":false,"properties":{"name":{"maxLength":100,"type":"string"},)"
    R"("unit":{"maxLength":100,"type":"string"},"value":{"type":"number"}},)"
    R"("required":["name","unit","value"],"type":"object"},"maxItems":32,"type":"array"})";

void write_correction_schema(JsonWriter& json, const recipe::Op& op) {
    constexpr Decimal kOne{Decimal::kOne};
    json.begin_object();
    json.key("additionalProperties").value(false);
    json.key("description").value(op.doc);
    json.key("properties").begin_object();
    json.key("confidence");
    write_number_schema(json, "how sure the analysis was", "fraction", {}, kOne, {});
    json.key("evidence").raw(kEvidenceSchema);
    for (const recipe::Field& field : op.fields) {
        json.key(field.name);
        write_number_schema(json, field.doc, field.unit, field.min, field.max, field.identity);
    }
    json.key("reason").raw(kReasonSchema);
    json.key("strength");
    write_number_schema(json, "scales the amounts towards identity", "fraction", {}, kOne, kOne);
    json.end_object();
    json.key("type").value("object");
    json.end_object();
}

}  // namespace

std::string to_json(const Recipe& recipe) {
    std::vector<const recipe::Op*> sorted;
    for (const recipe::Op& op : recipe::ops()) sorted.push_back(&op);
    heap_sort(sorted, {}, &recipe::Op::name);

    JsonWriter json;
    json.begin_object();
    bool version_written = false;
    const auto write_version = [&] {
        json.key("version").value(Recipe::kVersion);
        version_written = true;
    };
    for (const recipe::Op* op : sorted) {
        if (!version_written && op->name > "version") write_version();
        json.key(op->name);
        write_correction(json, *op, recipe);
    }
    if (!version_written) write_version();
    json.end_object();
    return std::move(json).take();
}

std::string recipe_json_schema() {
    JsonWriter json;
    json.begin_object();
    json.key("$schema").value("https://json-schema.org/draft/2020-12/schema");
    json.key("additionalProperties").value(false);
    json.key("properties").begin_object();
    for (const recipe::Op& op : recipe::ops()) {
        json.key(op.name);
        write_correction_schema(json, op);
    }
    json.key("version").begin_object();
    json.key("const").value(Recipe::kVersion);
    json.end_object();
    json.end_object();
    json.key("required").begin_array().value("version").end_array();
    json.key("title").value("limpid recipe, version 1");
    json.key("type").value("object");
    json.end_object();
    return std::move(json).take();
}

}  // namespace limpid
