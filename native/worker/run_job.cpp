#include "worker/run_job.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "limpid/lut.hpp"
#include "limpid/recipe.hpp"
#include "worker/shared_memory.hpp"

namespace limpid::worker {
namespace {

/// What a job leads to, still in this process.
struct Made {
    ByteBuffer output;
    std::optional<FileFormat> format;
    std::string report;
};

/// The parts of the input, borrowed from its mapping.
struct Input {
    std::string_view recipe_json;
    std::string_view lut_cube;
    std::span<const std::byte> image;
};

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Input split(const Mapping& mapping, const Request& request) {
    const auto bytes = mapping.bytes();
    const auto recipe = bytes.first(request.recipe_bytes);
    const auto lut = bytes.subspan(request.recipe_bytes, request.lut_bytes);
    return {as_text(recipe), as_text(lut), bytes.last(request.image_bytes)};
}

Result<Made> inspect_image(const Input& input, const Limits& limits) {
    const auto info = inspect(input.image, limits);
    if (!info) return std::unexpected(info.error());
    return Made{.output = {}, .format = {}, .report = to_json(*info)};
}

Result<Made> analyse_image(const Input& input, const Limits& limits) {
    const auto analysed = analyse(input.image, limits);
    if (!analysed) return std::unexpected(analysed.error());
    return Made{.output = {}, .format = {}, .report = to_json(*analysed)};
}

Result<Made> enhance_image(const Input& input, EnhanceOptions options) {
    Lut lut;
    if (!input.recipe_json.empty()) {
        auto recipe = parse_recipe(input.recipe_json, options.limits);
        if (!recipe) return std::unexpected(recipe.error());
        options.recipe = std::move(*recipe);
    }
    if (!input.lut_cube.empty()) {
        auto parsed = parse_cube(input.lut_cube, options.limits);
        if (!parsed) return std::unexpected(parsed.error());
        lut = std::move(*parsed);
        options.lut = &lut;
    }
    auto enhanced = enhance(input.image, options);
    if (!enhanced) return std::unexpected(enhanced.error());
    return Made{.output = std::move(enhanced->bytes),
                .format = enhanced->report.output_format,
                .report = to_json(enhanced->report)};
}

Result<Made> make(const Input& input, const Request& request) {
    switch (request.task) {
        case Task::inspect:
            return inspect_image(input, request.options.limits);
        case Task::analyse:
            return analyse_image(input, request.options.limits);
        case Task::enhance:
            return enhance_image(input, request.options);
    }
    return fail(ErrorCode::internal_failure, "no such task");
}

/// Image and report, one after the other.
Status write(const Made& made, std::uint64_t capacity_bytes, int file) {
    const auto report = std::as_bytes(std::span(made.report));
    const std::uint64_t size_bytes = std::uint64_t{made.output.size()} + report.size();
    if (size_bytes > capacity_bytes || report.size() > kMaxReportBytes) {
        return fail(ErrorCode::memory_exhausted, "the output has " + std::to_string(size_bytes) +
                                                     " bytes; " + std::to_string(capacity_bytes) +
                                                     " are allowed (max_output_bytes)");
    }
    auto mapping = Mapping::for_writing(file, size_bytes);
    if (!mapping) return std::unexpected(mapping.error());
    const auto rest = std::ranges::copy(made.output.span(), mapping->writable_bytes().begin()).out;
    std::ranges::copy(report, rest);
    return {};
}

Result<Reply> run(const Request& request, int input_file, int output_file) {
    const auto mapping = Mapping::for_reading(
        input_file, request.recipe_bytes + request.lut_bytes + request.image_bytes);
    if (!mapping) return std::unexpected(mapping.error());
    const auto made = make(split(*mapping, request), request);
    if (!made) return std::unexpected(made.error());
    if (Status status = write(*made, request.output_capacity_bytes, output_file); !status) {
        return std::unexpected(status.error());
    }
    return Reply{.job = request.job,
                 .error = {},
                 .output_bytes = made->output.size(),
                 .report_bytes = made->report.size(),
                 .output_format = made->format};
}

}  // namespace

Reply run_job(const Request& request, int input, int output) {
    auto reply = run(request, input, output);
    if (reply) return std::move(*reply);
    Reply refusal;
    refusal.job = request.job;
    refusal.error = reply.error();
    return refusal;
}

}  // namespace limpid::worker
