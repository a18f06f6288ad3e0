#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/json_writer.hpp"
#include "limpid/analysis.hpp"

namespace limpid {
namespace {

void write(JsonWriter& json, int value) { json.value(value); }
void write(JsonWriter& json, bool value) { json.value(value); }
void write(JsonWriter& json, Decimal value) { json.value(value); }
void write(JsonWriter& json, SceneClass value) { json.value(to_string(value)); }

void write(JsonWriter& json, const Percentiles& p) {
    json.begin_object();
    json.key("p0_3").value(p.p0_3);
    json.key("p1").value(p.p1);
    json.key("p25").value(p.p25);
    json.key("p5").value(p.p5);
    json.key("p50").value(p.p50);
    json.key("p75").value(p.p75);
    json.key("p95").value(p.p95);
    json.key("p99").value(p.p99);
    json.key("p99_5").value(p.p99_5);
    json.end_object();
}

void write(JsonWriter& json, const NoiseByLevel& noise) {
    json.begin_object();
    json.key("bright").value(noise.bright);
    json.key("brightest").value(noise.brightest);
    json.key("dark").value(noise.dark);
    json.key("darkest").value(noise.darkest);
    json.end_object();
}

template <class Rgb>
void write(JsonWriter& json, const Rgb& channels) {
    json.begin_object();
    json.key("blue").value(channels.blue);
    json.key("green").value(channels.green);
    json.key("red").value(channels.red);
    json.end_object();
}

struct Member {
    std::string_view name;
    void (*write)(JsonWriter&, const Analysis&);
};

/// By name, as RFC 8785 wants them.
constexpr auto kMembers = [] {
    std::array members = {
#define LIMPID_SCENE(...)
#define LIMPID_ANALYSIS(type, member, unit, doc) \
    Member{#member, [](JsonWriter& json, const Analysis& a) { write(json, a.member); }},
#include "limpid/analysis.def"
#undef LIMPID_SCENE
#undef LIMPID_ANALYSIS
    };
    std::ranges::sort(members, {}, &Member::name);
    return members;
}();

}  // namespace

std::string_view to_string(SceneClass scene) noexcept {
    constexpr std::string_view kNames[] = {
#define LIMPID_SCENE(name, doc) #name,
#define LIMPID_ANALYSIS(...)
#include "limpid/analysis.def"
#undef LIMPID_SCENE
#undef LIMPID_ANALYSIS
    };
    return kNames[static_cast<std::size_t>(scene)];
}

std::string to_json(const Analysis& analysis) {
    JsonWriter json;
    json.begin_object();
    for (const Member& member : kMembers) {
        json.key(member.name);
        member.write(json, analysis);
    }
    json.end_object();
    return std::move(json).take();
}

}  // namespace limpid
