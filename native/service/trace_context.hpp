#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "limpid/security/types.hpp"

namespace limpid::service {

/// What joins a request with its log lines and with the services before it.
struct TraceContext {
    /// 32 hex digits that name this request alone.
    std::string request_id;
    /// W3C Trace Context: 32 hex digits of the whole trace, 16 of this step, and the flags.
    std::string trace_id;
    std::string span_id;
    std::string flags = "00";

    /// The header to send: `00-trace-span-flags`.
    [[nodiscard]] std::string traceparent() const;
};

/// Go on with the trace of a `traceparent` header, or begin one when there is none or it is
/// malformed, as the standard wants it.
[[nodiscard]] TraceContext make_trace_context(std::optional<std::string_view> traceparent,
                                              security::RandomSource& random);

}  // namespace limpid::service
