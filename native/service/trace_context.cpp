#include "service/trace_context.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "limpid/security/encoding.hpp"

namespace limpid::service {
namespace {

template <std::size_t kBytes>
std::string random_hex(security::RandomSource& random) {
    std::array<std::byte, kBytes> bytes{};
    random.fill(bytes);
    return security::encode_hex(bytes);
}

bool is_lower_hex(std::string_view text) {
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) {
    return text.find_first_not_of('0') == std::string_view::npos;
}

/// version-trace-parent-flags, of version 00: later ones may be longer.
bool is_traceparent(std::string_view text) {
    return text.size() == 55 && text.starts_with("00-") && text[35] == '-' && text[52] == '-' &&
           is_lower_hex(text.substr(3, 32)) && is_lower_hex(text.substr(36, 16)) &&
           is_lower_hex(text.substr(53, 2)) && !is_zero(text.substr(3, 32)) &&
           !is_zero(text.substr(36, 16));
}

}  // namespace

std::string TraceContext::traceparent() const {
    return "00-" + trace_id + "-" + span_id + "-" + flags;
}

TraceContext make_trace_context(std::optional<std::string_view> traceparent,
                                security::RandomSource& random) {
    TraceContext context;
    context.request_id = random_hex<16>(random);
    context.span_id = random_hex<8>(random);
    if (traceparent && is_traceparent(*traceparent)) {
        context.trace_id = traceparent->substr(3, 32);
        context.flags = traceparent->substr(53, 2);
    } else {
        context.trace_id = random_hex<16>(random);
    }
    return context;
}

}  // namespace limpid::service
