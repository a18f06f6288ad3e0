#include <string>

#include "base/json_writer.hpp"
#include "limpid/pipeline.hpp"
#include "limpid/preview.hpp"

namespace limpid {

std::string to_json(const ImageInfo& info) {
    JsonWriter json;
    json.begin_object();
    json.key("bit_depth").value(info.bit_depth);
    json.key("chroma_subsampling").value(info.chroma_subsampling);
    json.key("color_model").value(to_string(info.color_model));
    json.key("exif_bytes").value(info.exif_bytes);
    json.key("format").value(to_string(info.format));
    json.key("frame_count").value(info.frame_count);
    json.key("height_px").value(info.height_px);
    json.key("icc_bytes").value(info.icc_bytes);
    json.key("jpeg_quality").value(info.jpeg_quality);
    json.key("lossless").value(info.lossless);
    json.key("orientation").value(info.orientation);
    json.key("pixel_format").value(to_string(info.pixel_format));
    json.key("progressive").value(info.progressive);
    json.key("width_px").value(info.width_px);
    json.key("xmp_bytes").value(info.xmp_bytes);
    json.end_object();
    return std::move(json).take();
}

std::string to_json(const Analysed& analysed) {
    JsonWriter json;
    json.begin_object();
    json.key("analysis").raw(to_json(analysed.analysis));
    if (analysed.info) json.key("info").raw(to_json(*analysed.info));
    json.key("recipe").raw(to_json(analysed.recipe));
    json.end_object();
    return std::move(json).take();
}

std::string to_json(const Report& report) {
    JsonWriter json;
    json.begin_object();
    if (report.analysis) json.key("analysis").raw(to_json(*report.analysis));
    if (report.input) json.key("input").raw(to_json(*report.input));
    json.key("output_bytes").value(report.output_bytes);
    if (report.output_format) {
        json.key("output_format").value(to_string(*report.output_format));
    }
    json.key("output_height_px").value(report.output_height_px);
    json.key("output_width_px").value(report.output_width_px);
    json.key("peak_pixel_bytes").value(report.peak_pixel_bytes);
    json.key("pixels_unchanged").value(report.pixels_unchanged);
    json.key("recipe").raw(to_json(report.recipe));
    json.end_object();
    return std::move(json).take();
}

std::string to_json(const PreviewSession& session) {
    JsonWriter json;
    json.begin_object();
    json.key("analysis").raw(to_json(session.analysis()));
    json.key("full_height_px").value(session.full_size().height_px);
    json.key("full_width_px").value(session.full_size().width_px);
    if (session.info()) json.key("info").raw(to_json(*session.info()));
    json.key("recipe").raw(to_json(session.recipe()));
    json.end_object();
    return std::move(json).take();
}

}  // namespace limpid
