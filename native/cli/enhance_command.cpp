#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/choices.hpp"
#include "cli/explanation.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/output_format.hpp"
#include "cli/recipe_file.hpp"
#include "cli/resize_option.hpp"
#include "cli/run_context.hpp"
#include "cli/security/signed_enhance.hpp"
#include "cli/stage_profile.hpp"
#include "limpid/digest.hpp"
#include "limpid/pipeline.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

struct EnhanceArguments {
    CommonOptions& common;
    std::string output = {};
    std::string recipe_path = {};
    std::string lut_path = {};
    ResizeOption resize = {};
    std::optional<Lut> lut = {};
    EnhanceOptions options = {};
    SignedEnhance proof = {};
    bool wants_profile = false;
    StageProfile profile = {};
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

constexpr std::array kPresets = {
#define LIMPID_PRESET(name, doc) Choice<Preset>{#name, Preset::name},
#define LIMPID_PRESET_FIELD(...)
#include "limpid/presets.def"
#undef LIMPID_PRESET
#undef LIMPID_PRESET_FIELD
};

/// The name of the output decides its format, unless --format or a name without an ending leave it
/// open.
Status choose_format(EnhanceArguments& arguments) {
    if (arguments.options.format) return {};
    const auto format = format_of_name(arguments.output);
    if (!format) return std::unexpected(format.error());
    arguments.options.format = *format;
    return {};
}

Status take_recipe(EnhanceArguments& arguments) {
    if (arguments.recipe_path.empty()) return {};
    auto recipe = load_recipe(arguments.recipe_path, arguments.common.limits);
    if (!recipe) return std::unexpected(recipe.error());
    arguments.options.recipe = std::move(*recipe);
    return {};
}

Status take_lut(EnhanceArguments& arguments) {
    if (arguments.lut_path.empty()) return {};
    const Limits& limits = arguments.common.limits;
    const auto text = platform::read_file(
        arguments.lut_path, {limits.max_lut_bytes, "max_lut_bytes", ErrorCode::lut_too_large});
    if (!text) return std::unexpected(text.error());
    auto lut = parse_cube({reinterpret_cast<const char*>(text->data()), text->size()}, limits);
    if (!lut) return std::unexpected(lut.error());
    arguments.lut = std::move(*lut);
    arguments.options.lut = &*arguments.lut;
    return {};
}

/// Everything that can be known to be wrong before the work is done.
Status prepare(EnhanceArguments& arguments) {
    if (Status status = check_standard_input_once({arguments.common.input, arguments.recipe_path,
                                                   arguments.lut_path, arguments.proof.recipe_path,
                                                   arguments.proof.key.reference,
                                                   arguments.proof.key.password_reference});
        !status) {
        return status;
    }
    if (arguments.proof.manifest_path == platform::kStandardStream &&
        arguments.common.output_is_stdout) {
        return fail(ErrorCode::usage_invalid,
                    "-o and --manifest are both -; standard output can be one");
    }
    if (!arguments.recipe_path.empty() && arguments.options.preset != Preset::natural) {
        return fail(
            ErrorCode::usage_invalid,
            "--recipe and --preset are both given; a recipe is complete and takes no preset");
    }
    if (Status status = choose_format(arguments); !status) return status;
    if (Status status = platform::check_output(arguments.output); !status) return status;
    if (Status status = take_recipe(arguments); !status) return status;
    if (Status status = take_lut(arguments); !status) return status;
    arguments.options.limits = arguments.common.limits;
    return prepare_signed(arguments.proof, arguments.options, arguments.common.limits);
}

Result<Enhanced> enhance_bytes(EnhanceArguments& arguments, std::span<const std::byte> bytes) {
    if (arguments.resize.is_given()) {
        // A percentage needs the size, which the headers say.
        const auto info = inspect(bytes, arguments.common.limits);
        if (!info) return std::unexpected(info.error());
        arguments.options.resize = arguments.resize.for_image({info->width_px, info->height_px});
    }
    const auto context = RunContext::create(arguments.common);
    if (!context) return std::unexpected(context.error());
    RunOptions run = (*context)->options();
    if (arguments.wants_profile) run.on_progress = arguments.profile.callback(run.on_progress);
    return enhance_as_demanded(arguments.proof, bytes, arguments.options, run);
}

std::string report_json(const EnhanceArguments& arguments, const Enhanced& enhanced) {
    std::string json = to_json(enhanced.report);
    json.pop_back();  // the closing brace, for more members
    json += R"(,"output_sha256":")" + to_hex(sha256(enhanced.bytes.span())) + "\"";
    if (arguments.wants_profile) json += R"(,"profile_ms":)" + arguments.profile.json();
    return json + "}\n";
}

std::string summary(const EnhanceArguments& arguments, const Report& report) {
    return platform::printable(arguments.common.input) + " -> " +
           platform::printable(arguments.output) + ": " + std::to_string(report.output_width_px) +
           " x " + std::to_string(report.output_height_px) + " px, " +
           std::string(to_string(*report.output_format)) + ", " +
           std::to_string(report.output_bytes) +
           " bytes; corrected: " + active_corrections(report.recipe) + "\n";
}

Status run_enhance(EnhanceArguments& arguments) {
    if (Status status = prepare(arguments); !status) return status;
    arguments.profile = StageProfile();
    const auto input = read_input(arguments.common);
    if (!input) return std::unexpected(input.error());
    arguments.profile.lap(StageProfile::Step::read);
    const auto enhanced = enhance_bytes(arguments, input->span());
    if (!enhanced) return std::unexpected(enhanced.error());
    if (Status status = platform::write_file(arguments.output, enhanced->bytes.span()); !status) {
        return status;
    }
    arguments.profile.lap(StageProfile::Step::write);
    if (Status status = write_manifest(arguments.proof, input->span(), *enhanced); !status) {
        return status;
    }
    const CommonOptions& common = arguments.common;
    if (!common.json) {
        if (!common.quiet) std::fputs(summary(arguments, enhanced->report).c_str(), stderr);
        if (arguments.wants_profile) std::fputs(arguments.profile.table().c_str(), stderr);
        return {};
    }
    const std::string json = report_json(arguments, *enhanced);
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
              {.names = "--preset",
               .value_name = "NAME",
               .help = "natural, vivid, portrait, landscape, document or\n"
                       "restore: taste, for the recipe that is decided",
               .group = "Enhancement",
               .default_text = "natural"},
              [&arguments](const std::string& text) {
                  arguments.options.preset = parse_choice("--preset", text, kPresets);
              });
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

void add_look_options(CLI::App& command, EnhanceArguments& arguments) {
    add_value(command,
              {.names = "--lut",
               .value_name = "FILE",
               .help = "apply a .cube look-up table after the colours;\n"
                       "- for standard input",
               .group = "Enhancement"},
              [&arguments](const std::string& text) { arguments.lut_path = text; });
    add_value(command,
              {.names = "--lut-strength",
               .value_name = "S",
               .help = "0 to 1, how much of the table",
               .group = "Enhancement",
               .default_text = "1"},
              [&arguments](const std::string& text) {
                  arguments.options.lut_strength = parse_fraction("--lut-strength", text);
              });
    add_resize_options(command, arguments.resize);
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

void add_report_options(CLI::App& command, EnhanceArguments& arguments) {
    CommonOptions& common = arguments.common;
    add_switch(command, "--json", common.json,
               "print a report with the recipe and output_sha256;\n"
               "on standard error when OUT is -",
               "Report");
    add_switch(command, "-q,--quiet", common.quiet, "no progress, no summary", "Report");
    add_switch(command, "--profile", arguments.wants_profile,
               "how long each step took; with --json as profile_ms", "Report");
}

}  // namespace

Command add_enhance_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command = add_command(program, "enhance", "enhance a photo");
    auto arguments = std::make_shared<EnhanceArguments>(EnhanceArguments{.common = common});
    add_input(command, common);
    add_recipe_options(command, *arguments);
    add_look_options(command, *arguments);
    add_format_options(command, *arguments);
    add_encode_options(command, arguments->options.encode);
    add_signed_options(command, arguments->proof);
    add_report_options(command, *arguments);
    add_run_options(command, common);
    add_limit_option(command, common);
    return {command, [arguments] { return run_enhance(*arguments); }};
}

}  // namespace limpid::cli
