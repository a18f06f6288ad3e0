#include "worker/protocol.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "limpid/security/json.hpp"
#include "platform/printable.hpp"
#include "worker/fields.hpp"
#include "worker/message.hpp"

namespace limpid::worker {
namespace {

using Json = nlohmann::json;

/// Longer texts of errors are cut.
constexpr std::size_t kMaxFoundBytes = 1024;

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Numbers beyond what JSON holds exactly are limits that nothing reaches.
std::uint64_t clamped(std::uint64_t count) { return std::min(count, kMaxCount); }

template <class T>
std::optional<T> parsed(std::string_view json, void (*read)(Fields&, T&)) {
    return read_object(json, {.max_bytes = kMaxMessageBytes, .max_depth = 3}, read);
}

void read_hello(Fields& fields, Hello& hello) {
    hello.version = fields.text("version");
    for (const auto& [name, member] : layer_names()) {
        hello.layers.*member = fields.boolean(name);
    }
    hello.layers.landlock_abi = static_cast<int>(fields.integer("landlock_abi", 0, 1000));
}

Decimal fraction(Fields& fields, std::string_view name) {
    const auto value = fields.integer(name, 0, Decimal::kOne);
    return Decimal::from_ten_thousandths(static_cast<std::int32_t>(value));
}

Json resize_json(const Resize& resize) {
    return {{"width_px", resize.width_px},
            {"height_px", resize.height_px},
            {"fit", std::to_underlying(resize.fit)},
            {"filter", std::to_underlying(resize.filter)},
            {"enlarge", resize.enlarge}};
}

void read_resize(Fields& fields, Resize& resize) {
    constexpr std::int64_t kSide = 1 << 30;
    // Negative sides come back as resize.out_of_range, as from the core.
    resize.width_px = static_cast<int>(fields.integer("width_px", -kSide, kSide));
    resize.height_px = static_cast<int>(fields.integer("height_px", -kSide, kSide));
    resize.fit = fields.enumerator("fit", Fit::exact);
    resize.filter = fields.enumerator("filter", ResizeFilter::magic_kernel_sharp_2021);
    resize.enlarge = fields.boolean("enlarge");
}

Json encode_json(const EncodeOptions& encode) {
    return {{"quality", encode.quality},
            {"chroma_subsampling", std::to_underlying(encode.chroma_subsampling)},
            {"progressive", encode.progressive},
            {"lossless", encode.lossless},
            {"metadata", std::to_underlying(encode.metadata)}};
}

void read_encode(Fields& fields, EncodeOptions& encode) {
    encode.quality = static_cast<int>(fields.integer("quality", 1, 100));
    encode.chroma_subsampling = fields.enumerator("chroma_subsampling", ChromaSubsampling::s444);
    encode.progressive = fields.boolean("progressive");
    encode.lossless = fields.boolean("lossless");
    encode.metadata = fields.enumerator("metadata", MetadataPolicy::strip);
}

Json limits_json(const Limits& limits) {
    Json json = Json::object();
#define LIMPID_LIMIT(name, default_value, unit, doc) json[#name] = clamped(limits.name);
#include "limpid/limits.def"
#undef LIMPID_LIMIT
    return json;
}

void read_limits(Fields& fields, Limits& limits) {
#define LIMPID_LIMIT(name, default_value, unit, doc) limits.name = fields.count(#name);
#include "limpid/limits.def"
#undef LIMPID_LIMIT
}

constexpr auto kLastPreset = [] {
    Preset last{};
#define LIMPID_PRESET(name, doc) last = Preset::name;
#define LIMPID_PRESET_FIELD(...)
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
    return last;
}();

void read_options(Fields& fields, EnhanceOptions& options) {
    options.preset = fields.enumerator("preset", kLastPreset);
    options.strength = fraction(fields, "strength");
    options.lut_strength = fraction(fields, "lut_strength");
    options.format = fields.optional_enumerator("format", FileFormat::webp);
    fields.object("encode", [&](Fields& encode) { read_encode(encode, options.encode); });
    fields.object("limits", [&](Fields& limits) { read_limits(limits, options.limits); });
    if (fields.has("resize")) {
        fields.object("resize",
                      [&](Fields& resize) { read_resize(resize, options.resize.emplace()); });
    }
}

void read_request(Fields& fields, Request& request) {
    request.job = fields.count("job");
    request.task = fields.enumerator("task", Task::enhance);
    request.recipe_bytes = fields.count("recipe_bytes");
    request.lut_bytes = fields.count("lut_bytes");
    request.image_bytes = fields.count("image_bytes");
    request.output_capacity_bytes = fields.count("output_capacity_bytes");
    read_options(fields, request.options);
}

/// What enhance() and the parsers give. A worker cannot know anything of keys or the network, and
/// what it says ends up at the client.
bool is_of_a_worker(std::string_view code) {
    constexpr std::array<std::string_view, 8> kPrefixes = {
        "image.", "argument.", "encode.", "recipe.", "resize.", "lut.", "memory.", "internal."};
    return std::ranges::any_of(
        kPrefixes, [code](std::string_view prefix) { return code.starts_with(prefix); });
}

std::optional<ErrorCode> error_code(std::string_view code) {
    if (!is_of_a_worker(code)) return std::nullopt;
#define LIMPID_ERROR(identifier, text, sentence, hint, http_status, exit_code, visibility) \
    if (code == (text)) return ErrorCode::identifier;
#include "limpid/errors.def"
#undef LIMPID_ERROR
    return std::nullopt;
}

void read_reply(Fields& fields, Reply& reply) {
    reply.job = fields.count("job");
    if (fields.has("error")) {
        const auto code = error_code(fields.text("error"));
        const std::string found = fields.text("found");
        fields.require(code.has_value());
        reply.error.emplace(code.value_or(ErrorCode::internal_failure),
                            platform::escaped(found.substr(0, kMaxFoundBytes)));
        return;
    }
    reply.output_bytes = fields.count("output_bytes");
    reply.report_bytes = fields.count("report_bytes");
    reply.output_format = fields.optional_enumerator("format", FileFormat::webp);
}

}  // namespace

std::string to_json(const Hello& hello) {
    Json json = {{"version", hello.version}, {"landlock_abi", hello.layers.landlock_abi}};
    for (const auto& [name, member] : layer_names()) json[std::string(name)] = hello.layers.*member;
    return text_of(json);
}

std::string to_json(const Request& request) {
    const EnhanceOptions& options = request.options;
    Json json = {{"job", request.job},
                 {"task", std::to_underlying(request.task)},
                 {"recipe_bytes", request.recipe_bytes},
                 {"lut_bytes", request.lut_bytes},
                 {"image_bytes", request.image_bytes},
                 {"output_capacity_bytes", request.output_capacity_bytes},
                 {"preset", std::to_underlying(options.preset)},
                 {"strength", options.strength.ten_thousandths},
                 {"lut_strength", options.lut_strength.ten_thousandths},
                 {"encode", encode_json(options.encode)},
                 {"limits", limits_json(options.limits)}};
    if (options.format) json["format"] = std::to_underlying(*options.format);
    if (options.resize) json["resize"] = resize_json(*options.resize);
    return text_of(json);
}

std::string to_json(const Reply& reply) {
    if (reply.error) {
        return text_of({{"job", reply.job},
                        {"error", reply.error->code()},
                        {"found", reply.error->found().substr(0, kMaxFoundBytes)}});
    }
    Json json = {{"job", reply.job},
                 {"output_bytes", reply.output_bytes},
                 {"report_bytes", reply.report_bytes}};
    if (reply.output_format) json["format"] = std::to_underlying(*reply.output_format);
    return text_of(json);
}

std::optional<Hello> parse_hello(std::string_view json) { return parsed<Hello>(json, read_hello); }

std::optional<Request> parse_request(std::string_view json) {
    return parsed<Request>(json, read_request);
}

std::optional<Reply> parse_reply(std::string_view json) { return parsed<Reply>(json, read_reply); }

}  // namespace limpid::worker
