#pragma once

#include "limpid/error.hpp"

namespace limpid::cli {

/// Where an error is told.
enum class ErrorReport {
    line,            ///< one line on standard error
    line_and_json,   ///< that, and an object on standard output, where the result would have been
    json_on_stderr,  ///< the object alone on standard error: standard output is for the image
};

/// Tell `error`. @return the exit code.
int report_error(const Error& error, ErrorReport report);

}  // namespace limpid::cli
