#include "codec/xmp_edit.hpp"

#include <cstring>
#include <string_view>

namespace limpid {
namespace {

std::string_view text_of(const ByteBuffer& xmp) noexcept {
    return {reinterpret_cast<const char*>(xmp.data()), xmp.size()};
}

bool is_between_name_and_value(char c) noexcept {
    return c == '=' || c == '"' || c == '\'' || c == '>' || c == ' ' || c == '\t' || c == '\r' ||
           c == '\n';
}

void set_orientation(ByteBuffer& xmp) noexcept {
    constexpr std::string_view kName = "tiff:Orientation";
    const std::string_view text = text_of(xmp);
    for (std::size_t at = text.find(kName); at != std::string_view::npos;
         at = text.find(kName, at)) {
        at += kName.size();
        std::size_t digit = at;
        while (digit < text.size() && is_between_name_and_value(text[digit])) ++digit;
        if (digit > at && digit < text.size() && text[digit] >= '2' && text[digit] <= '8') {
            xmp.data()[digit] = std::byte{'1'};
        }
    }
}

void remove_thumbnails(ByteBuffer& xmp) noexcept {
    constexpr std::string_view kOpen = "<xmp:Thumbnails";
    constexpr std::string_view kClose = "</xmp:Thumbnails>";
    for (;;) {
        const std::string_view text = text_of(xmp);
        const std::size_t open = text.find(kOpen);
        const std::size_t close = open == std::string_view::npos ? open : text.find(kClose, open);
        if (close == std::string_view::npos) return;
        const std::size_t end = close + kClose.size();
        std::memmove(xmp.data() + open, xmp.data() + end, xmp.size() - end);
        (void)xmp.resize(xmp.size() - (end - open));  // shrinks: cannot fail
    }
}

}  // namespace

void make_xmp_upright(ByteBuffer& xmp) noexcept {
    remove_thumbnails(xmp);
    set_orientation(xmp);
}

}  // namespace limpid
