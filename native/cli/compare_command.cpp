#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/choices.hpp"
#include "cli/compared_photo.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/output_format.hpp"
#include "cli/recipe_file.hpp"
#include "cli/run_context.hpp"
#include "limpid/codec.hpp"
#include "platform/list_images.hpp"
#include "platform/printable.hpp"
#include "platform/read_file.hpp"
#include "platform/write_file.hpp"
#include "sheet/compare_sheet.hpp"

namespace limpid::cli {
namespace {

struct CompareArguments {
    CommonOptions& common;
    std::vector<std::string> inputs = {};
    std::string output = {};
    std::string recipe_path = {};
    Decimal strength{Decimal::kOne};
};

/// The inputs, with the images of folders in their place.
Result<std::vector<std::string>> photos_of(const CompareArguments& arguments) {
    std::vector<std::string> paths;
    const std::size_t most = sheet::kMaxContactPhotos;
    for (const std::string& input : arguments.inputs) {
        if (!platform::is_folder(input)) {
            paths.push_back(input);
            continue;
        }
        auto listed = platform::list_images(input, most);
        if (!listed) return listed;
        if (listed->empty()) {
            return fail(ErrorCode::io_unreadable,
                        platform::printable(input) + " holds no .jpg, .jpeg, .png or .webp file");
        }
        paths.insert(paths.end(), listed->begin(), listed->end());
    }
    if (paths.size() > most) {
        return fail(
            ErrorCode::usage_invalid,
            std::to_string(paths.size()) + " photos; a sheet shows up to " + std::to_string(most));
    }
    return paths;
}

std::string name_of(const std::string& path) {
    if (path == platform::kStandardStream) return "Standard input";
    return platform::printable(path.substr(path.rfind('/') + 1));
}

Result<sheet::ComparedPhoto> load(const CompareArguments& arguments, const std::string& path,
                                  ImageSize picture, const std::optional<Recipe>& recipe,
                                  const RunOptions& run) {
    const Limits& limits = arguments.common.limits;
    const auto bytes = platform::read_file(
        path, {limits.max_file_bytes, "max_file_bytes", ErrorCode::image_too_large});
    if (!bytes) return std::unexpected(bytes.error());
    auto photo = compared_photo(bytes->span(), name_of(path), picture, recipe, arguments.strength,
                                limits, run);
    if (photo || arguments.inputs.size() == 1) return photo;
    // Of many, say which.
    const Error& error = photo.error();
    return fail(error.id(),
                platform::printable(path) + (error.found().empty() ? "" : ": " + error.found()));
}

Result<Image> draw(const CompareArguments& arguments, const std::vector<std::string>& paths,
                   const RunOptions& run) {
    std::optional<Recipe> recipe;
    if (!arguments.recipe_path.empty()) {
        auto loaded = load_recipe(arguments.recipe_path, arguments.common.limits);
        if (!loaded) return std::unexpected(loaded.error());
        recipe = std::move(*loaded);
    }
    const bool single = paths.size() == 1;
    std::vector<sheet::ComparedPhoto> photos;
    for (const std::string& path : paths) {
        auto photo = load(arguments, path, single ? sheet::kComparePicture : sheet::kContactPicture,
                          recipe, run);
        if (!photo) return std::unexpected(photo.error());
        photos.push_back(std::move(*photo));
    }
    return single ? sheet::compare_sheet(photos.front()) : sheet::contact_sheet(photos);
}

/// Standard input can be one thing.
Status check_standard_input(const CompareArguments& arguments) {
    const auto photos = std::ranges::count(arguments.inputs, platform::kStandardStream);
    const int recipes = arguments.recipe_path == platform::kStandardStream ? 1 : 0;
    if (photos + recipes <= 1) return {};
    return fail(ErrorCode::usage_invalid,
                "more than one of IN and --recipe is -; standard input can be one");
}

Status run_compare(const CompareArguments& arguments) {
    if (Status status = check_standard_input(arguments); !status) return status;
    const auto format = format_of_name(arguments.output);
    if (!format) return std::unexpected(format.error());
    if (Status status = platform::check_output(arguments.output); !status) return status;
    const auto paths = photos_of(arguments);
    if (!paths) return std::unexpected(paths.error());
    const auto context = RunContext::create(arguments.common);
    if (!context) return std::unexpected(context.error());
    const auto drawn = draw(arguments, *paths, (*context)->options());
    if (!drawn) return std::unexpected(drawn.error());
    EncodeOptions encoding;
    encoding.format = format->value_or(FileFormat::png);
    encoding.chroma_subsampling = ChromaSubsampling::s444;
    const auto bytes = encode(drawn->view(), {}, encoding, (*context)->options());
    if (!bytes) return std::unexpected(bytes.error());
    return platform::write_file(arguments.output, bytes->span());
}

}  // namespace

Command add_compare_command(CLI::App& program, CommonOptions& common) {
    CLI::App& command = add_command(program, "compare", "draw a sheet of photos before and after");
    auto arguments = std::make_shared<CompareArguments>(CompareArguments{.common = common});
    add_arguments(command, "IN", arguments->inputs,
                  "JPEG, PNG or WebP files, folders of them, or - for standard\n"
                  "input; more than one photo makes a contact sheet");
    add_value(command,
              {.names = "-o,--output",
               .value_name = "OUT",
               .help = "sheet to write, .png, .jpg or .webp; - for a PNG on\n"
                       "standard output",
               .group = "Output",
               .required = true},
              [arguments](const std::string& text) {
                  arguments->output = text;
                  arguments->common.output_is_stdout = text == platform::kStandardStream;
              });
    add_value(command,
              {.names = "--recipe",
               .value_name = "FILE",
               .help = "apply this recipe to every photo instead of deciding",
               .group = "Enhancement"},
              [arguments](const std::string& text) { arguments->recipe_path = text; });
    add_value(command,
              {.names = "--strength",
               .value_name = "S",
               .help = "0 to 1, for all corrections at once",
               .group = "Enhancement",
               .default_text = "1"},
              [arguments](const std::string& text) {
                  arguments->strength = parse_fraction("--strength", text);
              });
    add_switch(command, "-q,--quiet", common.quiet, "no progress", "Output");
    add_run_options(command, common);
    add_limit_option(command, common);
    return {command, [arguments] { return run_compare(*arguments); }};
}

}  // namespace limpid::cli
