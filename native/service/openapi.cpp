#include "service/openapi.hpp"

#include <string_view>

#include <nlohmann/json.hpp>

#include "limpid/error.hpp"
#include "limpid/preset.hpp"
#include "limpid/security/problem.hpp"
#include "limpid/version.hpp"
#include "service/accept.hpp"
#include "service/routes.hpp"
#include "service/text.hpp"

namespace limpid::service {
namespace {

using nlohmann::json;

json binary() { return {{"type", "string"}, {"format", "binary"}}; }

json error_codes() {
    json codes = json::array();
#define LIMPID_ERROR(identifier, code, sentence, hint, http_status, exit_code, visibility) \
    codes.push_back(code);
#include "limpid/errors.def"
#undef LIMPID_ERROR
    return codes;
}

json problem_schema() {
    return {{"type", "object"},
            {"required", json::array({"type", "title", "status", "code"})},
            {"properties",
             {{"type", {{"type", "string"}, {"format", "uri-reference"}}},
              {"title", {{"type", "string"}}},
              {"status", {{"type", "integer"}, {"minimum", 400}, {"maximum", 599}}},
              {"detail", {{"type", "string"}}},
              {"request_id", {{"type", "string"}}},
              {"code", {{"type", "string"}, {"enum", error_codes()}}}}}};
}

/// What /v1/enhance is asked with, as the schema of each parameter.
json enhance_parameters() {
    json formats = json::array();
    for (const FileFormat format : kOutputFormats)
        formats.push_back(std::string(to_string(format)));
    json presets = json::array();
#define LIMPID_PRESET(name, doc) presets.push_back(#name);
#define LIMPID_PRESET_FIELD(...)
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
    return {{"format", {{"type", "string"}, {"enum", formats}}},
            {"preset", {{"type", "string"}, {"enum", presets}, {"default", "natural"}}},
            {"strength", {{"type", "number"}, {"minimum", 0}, {"maximum", 1}, {"default", 1}}},
            {"quality", {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}, {"default", 90}}},
            {"recipe", {{"type", "string"}, {"contentMediaType", "application/json"}}}};
}

bool makes_image(const Route& route) { return route.rate_class == RateClass::enhance; }

json images() {
    json content = json::object();
    for (const FileFormat format : kOutputFormats) {
        content[std::string(media_type_of(format))] = {{"schema", binary()}};
    }
    return content;
}

json request_body(const Route& route) {
    json form = {{"file", binary()}};
    if (makes_image(route)) form.update(enhance_parameters());
    json content = images();
    content["multipart/form-data"] = {
        {"schema",
         {{"type", "object"}, {"required", json::array({"file"})}, {"properties", form}}}};
    return {{"required", true}, {"content", content}};
}

json operation(const Route& route) {
    json content = json::object();
    if (makes_image(route)) {
        content = images();
    } else if (route.path.ends_with(".txt")) {
        content["text/plain"] = {{"schema", {{"type", "string"}}}};
    } else {
        content["application/json"] = {{"schema", {{"type", "object"}}}};
    }
    const json problem = {{"$ref", "#/components/responses/problem"}};
    json responses = {{"200", {{"description", std::string(route.summary)}, {"content", content}}},
                      {"default", problem}};
    if (makes_image(route)) {
        responses["304"] = {{"description", "If-None-Match names what would be made"}};
    }
    json out = {{"summary", std::string(route.summary)}, {"responses", responses}};
    out["security"] = json::array();
    if (route.access == Access::scoped) {
        out["security"] = {{{"apiKey", json::array()}}, {{"bearer", json::array()}}};
    }
    if (route.body == Body::image) out["requestBody"] = request_body(route);
    if (!makes_image(route)) return out;
    const json parameters = enhance_parameters();
    for (const auto& [name, schema] : parameters.items()) {
        out["parameters"].push_back({{"name", name}, {"in", "query"}, {"schema", schema}});
    }
    return out;
}

}  // namespace

std::string openapi_json() {
    json document = {{"openapi", "3.1.0"},
                     {"info", {{"title", "limpid"}, {"version", LIMPID_VERSION_STRING}}}};
    for (const Route& route : routes()) {
        if (route.surface != Surface::api) continue;
        document["paths"][std::string(route.path)][lower_case(route.method)] = operation(route);
    }
    json& components = document["components"];
    components["schemas"]["Problem"] = problem_schema();
    components["responses"]["problem"] = {
        {"description", "What went wrong (RFC 9457)"},
        {"content",
         {{std::string(security::kProblemMediaType),
           {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
    components["securitySchemes"] = {
        {"apiKey", {{"type", "apiKey"}, {"in", "header"}, {"name", "x-api-key"}}},
        {"bearer", {{"type", "http"}, {"scheme", "bearer"}}}};
    return document.dump();
}

}  // namespace limpid::service
