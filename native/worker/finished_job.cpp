#include "worker/finished_job.hpp"

#include <string>
#include <utility>

#include "limpid/security/json.hpp"

namespace limpid::worker {
namespace {

std::unexpected<Error> lie(std::string what) {
    return fail(ErrorCode::worker_died, std::move(what));
}

/// The sizes are below 2^53 each, so that their sum is one.
bool sizes_fit(const Request& request, const Reply& reply) {
    return reply.report_bytes >= 1 && reply.report_bytes <= kMaxReportBytes &&
           reply.output_bytes + reply.report_bytes <= request.output_capacity_bytes;
}

bool output_fits_task(const Request& request, const Reply& reply) {
    const bool wants_output = request.task == Task::enhance;
    return (reply.output_bytes > 0) == wants_output &&
           reply.output_format.has_value() == wants_output;
}

bool is_json_object(const std::string& text) {
    Limits limits;
    limits.max_json_bytes = kMaxReportBytes;
    const auto document = security::parse_json_strict(text, limits);
    return document && document->root().type() == security::JsonType::object;
}

Result<std::string> take_report(const Reply& reply, int output) {
    const auto whole = Mapping::for_reading(output, reply.output_bytes + reply.report_bytes);
    if (!whole) return std::unexpected(whole.error());
    const auto bytes = whole->bytes().last(reply.report_bytes);
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

Result<Done> take_output(const Request& request, const Reply& reply, int output) {
    if (!sizes_fit(request, reply)) return lie("it claimed more than its output can hold");
    if (!output_fits_task(request, reply)) return lie("it did another task than it was given");
    if (!seal_contents(output)) return lie("it kept its output open");
    auto report = take_report(reply, output);
    if (!report) return std::unexpected(report.error());
    if (!is_json_object(*report)) return lie("its report is not a JSON object");
    auto mapping = Mapping::for_reading(output, reply.output_bytes);
    if (!mapping) return std::unexpected(mapping.error());
    return Done{.output = std::move(*mapping),
                .output_format = reply.output_format,
                .report_json = std::move(*report)};
}

}  // namespace limpid::worker
