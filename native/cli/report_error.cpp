#include "cli/report_error.hpp"

#include <cstdio>
#include <string>

#include <nlohmann/json.hpp>

#include "platform/printable.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

std::string to_json(const Error& error) {
    const ErrorInfo& info = describe(error.id());
    const nlohmann::json object = {{"error",
                                    {{"code", std::string(info.code)},
                                     {"exit_code", info.exit_code},
                                     {"found", error.found()},
                                     {"hint", std::string(info.hint)},
                                     {"message", error.message()}}}};
    // Paths need not be UTF-8, JSON has to be.
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

int report_error(const Error& error, ErrorReport report) {
    const std::string line = report == ErrorReport::json_on_stderr
                                 ? to_json(error)
                                 : platform::escaped(error.message()) + "\n";
    std::fputs(line.c_str(), stderr);
    if (report == ErrorReport::line_and_json) {
        // The line has said it; an unwritable standard output is not worth another.
        [[maybe_unused]] const Status status = platform::print(to_json(error));
    }
    return describe(error.id()).exit_code;
}

}  // namespace limpid::cli
