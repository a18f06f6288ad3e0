#include <string>
#include <utility>

#include "base/json_writer.hpp"
#include "limpid/analysis.hpp"

namespace limpid {
namespace {

void write(JsonWriter& json, const Percentiles& p) {
    json.begin_object();
    json.key("p1").value(p.p1);
    json.key("p25").value(p.p25);
    json.key("p5").value(p.p5);
    json.key("p50").value(p.p50);
    json.key("p75").value(p.p75);
    json.key("p95").value(p.p95);
    json.key("p99").value(p.p99);
    json.end_object();
}

void write(JsonWriter& json, const Illuminant& light) {
    json.begin_object();
    json.key("blue").value(light.blue);
    json.key("green").value(light.green);
    json.key("red").value(light.red);
    json.end_object();
}

}  // namespace

std::string to_json(const Analysis& a) {
    JsonWriter json;
    json.begin_object();
    write(json.key("blue"), a.blue);
    json.key("box_factor").value(a.box_factor);
    json.key("cast_deg").value(a.cast_deg);
    json.key("chroma_mean").value(a.chroma_mean);
    json.key("chroma_p95").value(a.chroma_p95);
    json.key("clipped_high_share").value(a.clipped_high_share);
    json.key("clipped_low_share").value(a.clipped_low_share);
    json.key("edge_width_px").value(a.edge_width_px);
    write(json.key("green"), a.green);
    json.key("illuminant_disagreement_deg").value(a.illuminant_disagreement_deg);
    write(json.key("illuminant_pca"), a.illuminant_pca);
    write(json.key("illuminant_shades_of_gray"), a.illuminant_shades_of_gray);
    write(json.key("luma"), a.luma);
    json.key("luma_mean").value(a.luma_mean);
    json.key("luma_mean_center").value(a.luma_mean_center);
    json.key("monochrome").value(a.monochrome);
    json.key("neutral_share").value(a.neutral_share);
    json.key("noise_sigma").value(a.noise_sigma);
    json.key("proxy_height_px").value(a.proxy_height_px);
    json.key("proxy_width_px").value(a.proxy_width_px);
    write(json.key("red"), a.red);
    json.end_object();
    return std::move(json).take();
}

}  // namespace limpid
