#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "cli/choices.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/recipe_words.hpp"
#include "cli/run_context.hpp"
#include "limpid/digest.hpp"
#include "limpid/pipeline.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

struct EnhanceArguments {
    CommonOptions& common;
    std::string output;
    std::string recipe_path;
    EnhanceOptions options;
};

constexpr std::array kFormats = {
    Choice<FileFormat>{"jpeg", FileFormat::jpeg},
    Choice<FileFormat>{"jpg", FileFormat::jpeg},
    Choice<FileFormat>{"png", FileFormat::png},
    Choice<FileFormat>{"webp", FileFormat::webp},
};
constexpr std::array kChroma = {
    Choice<ChromaSubsampling>{"420", ChromaSubsampling::s420},
    Choice<ChromaSubsampling>{"422", ChromaSubsampling::s422},
    Choice<ChromaSubsampling>{"444", ChromaSubsampling::s444},
};
constexpr std::array kMetadata = {
    Choice<MetadataPolicy>{"keep", MetadataPolicy::keep},
    Choice<MetadataPolicy>{"minimal", MetadataPolicy::minimal},
    Choice<MetadataPolicy>{"strip", MetadataPolicy::strip},
};

/// The name of the output decides its format, unless --format or a name without an ending leave it
/// open.
Status choose_format(EnhanceArguments& arguments) {
    if (arguments.options.format || arguments.output == platform::kStandardStream) return {};
    const std::string& path = arguments.output;
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0) return {};
    std::string ending = name.substr(dot + 1);
    std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const Choice<FileFormat>& format : kFormats) {
        if (ending == format.name) {
            arguments.options.format = format.value;
            return {};
        }
    }
    return fail(
        ErrorCode::usage_invalid,
        "-o '" + platform::printable(path) +
            "' ends in no format limpid writes; it takes .jpg, .jpeg, .png or .webp, or say "
            "--format");
}

Status load_recipe(EnhanceArguments& arguments) {
    if (arguments.recipe_path.empty()) return {};
    const Limits& limits = arguments.common.limits;
    const auto text = platform::read_file(
        arguments.recipe_path,
        {limits.max_recipe_bytes, "max_recipe_bytes", ErrorCode::recipe_too_large});
    if (!text) return std::unexpected(text.error());
    const std::string_view json(reinterpret_cast<const char*>(text->data()), text->size());
    auto recipe = parse_recipe(json, limits);
    if (!recipe) return std::unexpected(recipe.error());
    arguments.options.recipe = std::move(*recipe);
    return {};
}

/// Everything that can be known to be wrong before the work is done.
Status prepare(EnhanceArguments& arguments) {
    if (arguments.recipe_path == platform::kStandardStream &&
        arguments.common.input == platform::kStandardStream) {
        return fail(ErrorCode::usage_invalid,
                    "IN and --recipe are both -; standard input can be one of them");
    }
    if (Status status = choose_format(arguments); !status) return status;
    if (Status status = platform::check_output(arguments.output); !status) return status;
    if (Status status = load_recipe(arguments); !status) return status;
    arguments.options.limits = arguments.common.limits;
    return {};
}

Result<Enhanced> enhance_input(const EnhanceArguments& arguments) {
    const auto bytes = read_input(arguments.common);
    if (!bytes) return std::unexpected(bytes.error());
    const auto context = RunContext::create(arguments.common);
    if (!context) return std::unexpected(context.error());
    return enhance(bytes->span(), arguments.options, (*context)->options());
}

std::string report_json(const Enhanced& enhanced) {
    std::string json = to_json(enhanced.report);
    json.pop_back();  // the closing brace, for one more member
    return json + R"(,"output_sha256":")" + to_hex(sha256(enhanced.bytes.span())) + "\"}\n";
}

std::string summary(const EnhanceArguments& arguments, const Report& report) {
    return platform::printable(arguments.common.input) + " -> " +
           platform::printable(arguments.output) + ": " + std::to_string(report.input.width_px) +
           " x " + std::to_string(report.input.height_px) + " px, " +
           std::string(to_string(report.output_format)) + ", " +
           std::to_string(report.output_bytes) +
           " bytes; corrected: " + active_corrections(report.recipe) + "\n";
}

Status run(EnhanceArguments& arguments) {
    if (Status status = prepare(arguments); !status) return status;
    const auto enhanced = enhance_input(arguments);
    if (!enhanced) return std::unexpected(enhanced.error());
    if (Status status = platform::write_file(arguments.output, enhanced->bytes.span()); !status) {
        return status;
    }
    const CommonOptions& common = arguments.common;
    if (!common.json) {
        if (!common.quiet) std::fputs(summary(arguments, enhanced->report).c_str(), stderr);
        return {};
    }
    const std::string json = report_json(*enhanced);
    if (!common.output_is_stdout) return platform::print(json);
    std::fputs(json.c_str(), stderr);
    return {};
}

void add_recipe_options(CLI::App& command, EnhanceArguments& arguments) {
    add_value(command,
              {.names = "--recipe",
               .value_name = "FILE",
               .help = "apply this recipe instead of deciding one;\n"
                       "JSON as analyse prints it, - for standard input",
               .group = "Enhancement"},
              [&arguments](const std::string& text) { arguments.recipe_path = text; });
    add_value(command,
              {.names = "--strength",
               .value_name = "S",
               .help = "0 to 1, for all corrections at once; 0 changes no pixel",
               .group = "Enhancement",
               .default_text = "1"},
              [&arguments](const std::string& text) {
                  arguments.options.strength = parse_fraction("--strength", text);
              });
}

void add_format_options(CLI::App& command, EnhanceArguments& arguments) {
    add_value(command,
              {.names = "-o,--output",
               .value_name = "OUT",
               .help = "file to write, or - for standard output; an existing file\n"
                       "is replaced in one step and may be IN",
               .group = "Output",
               .required = true},
              [&arguments](const std::string& text) {
                  arguments.output = text;
                  arguments.common.output_is_stdout = text == platform::kStandardStream;
              });
    add_value(command,
              {.names = "--format",
               .value_name = "NAME",
               .help = "jpeg, png or webp [by the name of OUT, else as IN]",
               .group = "Output"},
              [&arguments](const std::string& text) {
                  arguments.options.format = parse_choice("--format", text, kFormats);
              });
}

void add_encode_options(CLI::App& command, EncodeOptions& encode) {
    add_value(command,
              {.names = "--quality",
               .value_name = "N",
               .help = "1 to 100, for JPEG and lossy WebP",
               .group = "Output",
               .default_text = std::to_string(encode.quality)},
              [&encode](const std::string& text) {
                  encode.quality = parse_integer("--quality", text, 1, 100);
              });
    add_value(command,
              {.names = "--chroma",
               .value_name = "SAMPLING",
               .help = "420, 422 or 444, for JPEG",
               .group = "Output",
               .default_text = "420"},
              [&encode](const std::string& text) {
                  encode.chroma_subsampling = parse_choice("--chroma", text, kChroma);
              });
    add_switch(command, "--progressive", encode.progressive,
               "progressive JPEG: a little smaller, slower to decode", "Output");
    add_switch(command, "--lossless", encode.lossless, "WebP without loss (PNG always is)",
               "Output");
    add_value(command,
              {.names = "--metadata",
               .value_name = "POLICY",
               .help = "keep: all, GPS position included;\n"
                       "minimal: orientation, ICC profile, copyright;\n"
                       "strip: nothing",
               .group = "Output",
               .default_text = "minimal"},
              [&encode](const std::string& text) {
                  encode.metadata = parse_choice("--metadata", text, kMetadata);
              });
}

void add_report_options(CLI::App& command, CommonOptions& common) {
    add_switch(command, "--json", common.json,
               "print a report with the recipe and output_sha256;\n"
               "on standard error when OUT is -",
               "Report");
    add_switch(command, "-q,--quiet", common.quiet, "no progress, no summary", "Report");
}

}  // namespace

Command add_enhance_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command = add_command(program, "enhance", "enhance a photo");
    auto arguments = std::make_shared<EnhanceArguments>(EnhanceArguments{common, {}, {}, {}});
    add_input(command, common);
    add_recipe_options(command, *arguments);
    add_format_options(command, *arguments);
    add_encode_options(command, arguments->options.encode);
    add_report_options(command, common);
    add_run_options(command, common);
    add_limit_option(command, common);
    return {command, [arguments] { return run(*arguments); }};
}

}  // namespace limpid::cli
