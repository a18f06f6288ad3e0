#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"

namespace limpid::security {

/// The media type of a problem (RFC 9457).
inline constexpr std::string_view kProblemMediaType = "application/problem+json";

/// One of several things wrong with a request.
struct ProblemItem {
    /// JSON pointer (RFC 6901) into the request.
    std::string pointer;
    std::string reason;
};

/// What a response adds to an error.
struct ProblemContext {
    /// Put before the error's code to make the `type`, e.g. "https://example.org/problems/". Empty:
    /// about:blank, and the title is the status code's phrase.
    std::string_view type_base;
    /// Identifies this occurrence; left out when empty.
    std::string_view instance;
    /// Joins the response with the logs; left out when empty.
    std::string_view request_id;
    std::vector<ProblemItem> errors;
};

/// An error as an RFC 9457 problem: type, title, status, detail, instance, and our own members
/// code, request_id and errors. The detail of an error that is for operators only is left out, and
/// so are `errors`. Members are in RFC 8785 order; the HTTP status is
/// describe(error.id()).http_status. Thread-safe.
[[nodiscard]] LIMPID_API std::string problem_json(const Error& error,
                                                  const ProblemContext& context = {});

}  // namespace limpid::security
