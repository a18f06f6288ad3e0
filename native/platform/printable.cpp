#include "platform/printable.hpp"

#include <cstddef>
#include <cstring>

namespace limpid::platform {
namespace {

constexpr std::size_t kMaxBytes = 200;
constexpr std::string_view kEllipsis = "...";

}  // namespace

std::string escaped(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) {
            out += c;
        } else {
            out.append("\\x");
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

std::string printable(std::string_view text) {
    if (text.size() <= kMaxBytes) return escaped(text);
    // The end of a path says more than its middle.
    constexpr std::size_t kPart = (kMaxBytes - kEllipsis.size()) / 2;
    std::string out = escaped(text.substr(0, kPart));
    out.append(kEllipsis);
    out.append(escaped(text.substr(text.size() - kPart)));
    return out;
}

std::string describe_errno(std::string_view path, int error_number) {
    const char* text = ::strerrordesc_np(error_number);
    return (path.empty() ? "''" : printable(path)) + ": " +
           (text != nullptr ? text : "unknown error");
}

}  // namespace limpid::platform
