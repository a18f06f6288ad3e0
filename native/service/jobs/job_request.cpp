#include "service/jobs/job_request.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "limpid/limits.hpp"
#include "limpid/preset.hpp"
#include "service/accept.hpp"
#include "service/resize_parameters.hpp"

namespace limpid::service::jobs {
namespace {

constexpr std::size_t kMaxKeyBytes = 255;

constexpr Preset kEveryPreset[] = {
#define LIMPID_PRESET(name, doc) Preset::name,
#define LIMPID_PRESET_FIELD(...)
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
};

std::string text_member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::int32_t> number_member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<std::int32_t>();
}

/// A text for each parameter, so that it is read back as it came.
nlohmann::json resize_json(const Resize& resize) {
    nlohmann::json object = nlohmann::json::object();
    for (const Parameter& one : resize_parameters(resize)) object[one.name] = one.value;
    return object;
}

/// The inverse; nothing: none was asked for. @return storage.damaged.
Result<std::optional<Resize>> resize_member(const nlohmann::json& object) {
    const auto found = object.find("resize");
    if (found == object.end()) return std::nullopt;
    std::vector<Parameter> parameters;
    if (found->is_object()) {
        for (const auto& [name, value] : found->items()) {
            parameters.push_back({name, text_member(*found, name.c_str())});
        }
    }
    auto resize = read_resize(parameters);
    if (!resize || !*resize) return fail(ErrorCode::storage_damaged, "a job's resize");
    return resize;
}

bool is_visible(char c) { return c > ' ' && c <= '~'; }

}  // namespace

Result<std::string> encode_job_request(const EnhanceRequest& request) {
    const std::uint64_t max_bytes = Limits().max_recipe_bytes;
    if (request.recipe_json.size() > max_bytes) {
        return fail(ErrorCode::recipe_too_large,
                    "max_recipe_bytes is " + std::to_string(max_bytes));
    }
    const EnhanceOptions& options = request.options;
    nlohmann::json object = {{"format", std::string(to_string(*options.format))},
                             {"preset", std::string(to_string(options.preset))},
                             {"quality", options.encode.quality},
                             {"recipe", request.recipe_json},
                             {"strength", options.strength.ten_thousandths}};
    // Absent otherwise: requests that were kept without it still have the same fingerprint.
    if (options.resize) object["resize"] = resize_json(*options.resize);
    try {
        return object.dump();
    } catch (const nlohmann::json::type_error&) {
        return fail(ErrorCode::recipe_malformed, "it is not UTF-8");
    }
}

Result<EnhanceRequest> decode_job_request(std::string_view json) {
    const auto object = nlohmann::json::parse(json, nullptr, false);
    if (!object.is_object()) return fail(ErrorCode::storage_damaged, "a job's request");
    const auto format = std::ranges::find(kOutputFormats, text_member(object, "format"),
                                          [](FileFormat each) { return to_string(each); });
    const auto preset = std::ranges::find(kEveryPreset, text_member(object, "preset"),
                                          [](Preset each) { return to_string(each); });
    const auto quality = number_member(object, "quality");
    const auto strength = number_member(object, "strength");
    if (format == std::end(kOutputFormats) || preset == std::end(kEveryPreset) || !quality ||
        !strength) {
        return fail(ErrorCode::storage_damaged, "a job's request");
    }
    auto resize = resize_member(object);
    if (!resize) return std::unexpected(std::move(resize).error());
    EnhanceRequest request;
    request.options.resize = *resize;
    request.options.format = *format;
    request.options.preset = *preset;
    request.options.encode.quality = *quality;
    request.options.strength = Decimal::from_ten_thousandths(*strength);
    request.recipe_json = text_member(object, "recipe");
    return request;
}

std::string job_fingerprint(const Sha256& photo, std::string_view encoded_request) {
    const std::string text = to_hex(photo) + "\n" + std::string(encoded_request);
    return to_hex(sha256(std::as_bytes(std::span(text))));
}

Result<std::string> parse_idempotency_key(const std::optional<std::string>& field) {
    if (!field) return std::string();
    std::string_view text = *field;
    const bool quoted = text.starts_with('"');
    if (quoted) {
        if (text.size() < 2 || !text.ends_with('"')) return fail(ErrorCode::idempotency_malformed);
        text = text.substr(1, text.size() - 2);
    }
    // Neither escapes nor lists: two headers are joined by a comma and a blank.
    if (text.empty() || text.size() > kMaxKeyBytes || !std::ranges::all_of(text, is_visible) ||
        text.find_first_of("\"\\") != std::string_view::npos) {
        return fail(ErrorCode::idempotency_malformed);
    }
    return std::string(text);
}

}  // namespace limpid::service::jobs
