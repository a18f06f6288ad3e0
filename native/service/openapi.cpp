#include "service/openapi.hpp"

#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "limpid/error.hpp"
#include "limpid/preset.hpp"
#include "limpid/security/problem.hpp"
#include "limpid/version.hpp"
#include "service/accept.hpp"
#include "service/resize_parameters.hpp"
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
    json fits = json::array();
    for (const Fit fit : kFits) fits.push_back(std::string(to_string(fit)));
    const json side = {{"type", "integer"}, {"minimum", 1}, {"maximum", kMaxSidePx}};
    return {{"format", {{"type", "string"}, {"enum", formats}}},
            {"preset", {{"type", "string"}, {"enum", presets}, {"default", "natural"}}},
            {"strength", {{"type", "number"}, {"minimum", 0}, {"maximum", 1}, {"default", 1}}},
            {"quality", {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}, {"default", 90}}},
            {"width", side},
            {"height", side},
            {"fit", {{"type", "string"}, {"enum", fits}, {"default", "inside"}}},
            {"enlarge", {{"type", "boolean"}, {"default", false}}},
            {"receipt", {{"type", "boolean"}, {"default", false}}},
            {"recipe", {{"type", "string"}, {"contentMediaType", "application/json"}}}};
}

/// Is it asked for with the parameters of enhancing? A signed URL has them in its path.
bool enhances(const Route& route) {
    return route.rate_class == RateClass::enhance && route.access != Access::signed_url;
}

/// The same for a route.
json parameters_to_enhance(const Route& route) {
    json parameters = enhance_parameters();
    if (route.reply == Reply::new_job) {
        parameters["webhook"] = {{"type", "string"}, {"format", "uri"}};
    }
    return parameters;
}

json images() {
    json content = json::object();
    for (const FileFormat format : kOutputFormats) {
        content[std::string(media_type_of(format))] = {{"schema", binary()}};
    }
    return content;
}

json request_body(const Route& route) {
    json form = {{"file", binary()}};
    if (enhances(route)) form.update(parameters_to_enhance(route));
    json content = images();
    content["multipart/form-data"] = {
        {"schema",
         {{"type", "object"}, {"required", json::array({"file"})}, {"properties", form}}}};
    return {{"required", true}, {"content", content}};
}

json json_body() {
    return {{"required", true},
            {"content", {{"application/json", {{"schema", {{"type", "object"}}}}}}}};
}

json response(std::string_view description) { return {{"description", std::string(description)}}; }

/// What a route answers with, by status.
json responses_of(const Route& route) {
    const json object = {{"application/json", {{"schema", {{"type", "object"}}}}}};
    const json any_text = {{"text/event-stream", {{"schema", {{"type", "string"}}}}}};
    json ok = response(route.summary);
    json responses = {{"default", {{"$ref", "#/components/responses/problem"}}}};
    switch (route.reply) {
        case Reply::image:
            ok["content"] = images();
            responses["304"] = response("If-None-Match names what would be sent");
            break;
        case Reply::new_job:
            ok["content"] = object;
            responses["202"] = ok;
            ok["description"] = "The Idempotency-Key made a job that has ended";
            break;
        case Reply::events:
            ok["content"] = any_text;
            responses["204"] =
                response("The job has ended, and Last-Event-ID names its last event");
            break;
        case Reply::text:
            ok["content"] = {{"text/plain", {{"schema", {{"type", "string"}}}}}};
            break;
        case Reply::nothing:
            responses["204"] = std::move(ok);
            return responses;
        case Reply::upgrade:
            responses["101"] = std::move(ok);
            responses["426"] = {{"$ref", "#/components/responses/problem"}};
            return responses;
        case Reply::job:
        case Reply::json:
            ok["content"] = object;
            break;
    }
    responses["200"] = std::move(ok);
    return responses;
}

json parameter(std::string_view name, std::string_view place, json schema) {
    return {{"name", std::string(name)},
            {"in", std::string(place)},
            {"required", place == "path"},
            {"schema", std::move(schema)}};
}

json parameters_of(const Route& route) {
    json parameters = json::array();
    const json text = {{"type", "string"}};
    if (route.path.contains("{id}")) parameters.push_back(parameter("id", "path", text));
    if (route.path.contains("{rest}")) parameters.push_back(parameter("rest", "path", text));
    if (route.reply == Reply::new_job) {
        parameters.push_back(parameter("Idempotency-Key", "header", text));
    }
    if (route.reply == Reply::events) {
        parameters.push_back(parameter("Last-Event-ID", "header", text));
    }
    if (!enhances(route)) return parameters;
    const json enhancing = parameters_to_enhance(route);
    for (const auto& [name, schema] : enhancing.items()) {
        parameters.push_back(parameter(name, "query", schema));
    }
    return parameters;
}

bool is_described(const Route& route) {
    return route.surface == Surface::api || route.surface == Surface::admin ||
           route.surface == Surface::api_and_admin;
}

json operation(const Route& route) {
    json out = {{"summary", std::string(route.summary)}, {"responses", responses_of(route)}};
    if (route.surface == Surface::admin) {
        out["description"] = "Reached at admin_listen only.";
    }
    out["security"] = json::array();
    if (route.access == Access::scoped) {
        out["security"] = {
            {{"apiKey", json::array()}}, {{"bearer", json::array()}}, {{"session", json::array()}}};
        out["x-scope"] = std::string(route.scope);
    }
    if (route.body == Body::image) out["requestBody"] = request_body(route);
    if (route.body == Body::json) out["requestBody"] = json_body();
    json parameters = parameters_of(route);
    if (!parameters.empty()) out["parameters"] = std::move(parameters);
    return out;
}

}  // namespace

std::string openapi_json() {
    json document = {{"openapi", "3.1.0"},
                     {"info", {{"title", "limpid"}, {"version", LIMPID_VERSION_STRING}}}};
    for (const Route& route : routes()) {
        if (!is_described(route)) continue;
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
        {"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
        {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-limpid"}}}};
    return document.dump();
}

}  // namespace limpid::service
