#include <string>

#include "cli/options.hpp"
#include "limpid/inspect.hpp"
#include "limpid/pipeline.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

void append_row(std::string& out, std::string_view name, std::string_view value) {
    constexpr std::size_t kWidth = 14;
    out.append(name).append(":").append(kWidth - name.size(), ' ').append(value).append("\n");
}

std::string in_words(const ImageInfo& info) {
    std::string coding(to_string(info.color_model));
    coding += ", " + std::to_string(info.bit_depth) + " bits";
    if (!info.chroma_subsampling.empty()) coding.append(", ").append(info.chroma_subsampling);
    if (info.progressive) coding += ", progressive";
    if (info.lossless) coding += ", lossless";

    std::string text;
    append_row(text, "format", to_string(info.format));
    append_row(
        text, "size",
        std::to_string(info.width_px) + " x " + std::to_string(info.height_px) + " px, upright");
    append_row(text, "orientation", std::to_string(info.orientation));
    append_row(text, "coding", coding);
    append_row(text, "frames", std::to_string(info.frame_count));
    append_row(text, "ICC profile", std::to_string(info.icc_bytes) + " bytes");
    append_row(text, "EXIF", std::to_string(info.exif_bytes) + " bytes");
    append_row(text, "XMP", std::to_string(info.xmp_bytes) + " bytes");
    return text;
}

Status run_inspect(const CommonOptions& common) {
    const auto bytes = read_input(common);
    if (!bytes) return std::unexpected(bytes.error());
    const auto info = inspect(bytes->span(), common.limits);
    if (!info) return std::unexpected(info.error());
    return platform::print(common.json ? to_json(*info) + "\n" : in_words(*info));
}

}  // namespace

Command add_inspect_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command =
        add_command(program, "inspect", "say what a file claims to be, without decoding it");
    add_input(command, common);
    add_switch(command, "--json", common.json, "print a JSON object instead of words", "Output");
    add_limit_option(command, common);
    return {command, [&common] { return run_inspect(common); }};
}

}  // namespace limpid::cli
