#include "security/validate/canonical_json.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/heap_sort.hpp"
#include "base/json_writer.hpp"
#include "base/shortest_digits.hpp"
#include "limpid/security/json.hpp"
#include "security/validate/utf8.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

/// The first UTF-16 code unit of a character; two characters with the same lead surrogate compare
/// by the second, which grows with the character.
std::uint64_t utf16_order(char32_t c) {
    if (c < 0x10000) return std::uint64_t{c} << 16U;
    const std::uint32_t offset = c - 0x10000;
    return std::uint64_t{0xD800U + (offset >> 10U)} << 16U | (0xDC00U + (offset & 0x3FFU));
}

/// RFC 8785 section 3.2.3. UTF-8 bytes sort the same but for U+E000..U+FFFF against surrogates.
bool utf16_less(std::string_view a, std::string_view b) {
    std::size_t i = 0;
    while (i < a.size() && i < b.size()) {
        const CodePoint x = decode_utf8(a, i);
        const CodePoint y = decode_utf8(b, i);
        if (x.value != y.value) return utf16_order(x.value) < utf16_order(y.value);
        i += std::max<std::size_t>(x.bytes, 1);
    }
    return a.size() < b.size();
}

void append(std::string& out, const Json& value);

void append_object(std::string& out, const Json& object) {
    std::vector<Json::const_iterator> members;
    members.reserve(object.size());
    for (auto it = object.begin(); it != object.end(); ++it) members.push_back(it);
    heap_sort(members, [](const auto& a, const auto& b) { return utf16_less(a.key(), b.key()); });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i > 0) out += ',';
        append_json_string(out, members[i].key());
        out += ':';
        append(out, members[i].value());
    }
    out += '}';
}

void append_array(std::string& out, const Json& array) {
    out += '[';
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (i > 0) out += ',';
        append(out, array[i]);
    }
    out += ']';
}

void append(std::string& out, const Json& value) {
    switch (value.type()) {
        case Json::value_t::object:
            return append_object(out, value);
        case Json::value_t::array:
            return append_array(out, value);
        case Json::value_t::string:
            return append_json_string(out, value.get_ref<const std::string&>());
        case Json::value_t::boolean:
            out += value.get<bool>() ? "true" : "false";
            return;
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float:
            // Integers are within 2^53, so the double is exact.
            out += canonical_number(value.get<double>());
            return;
        default:
            out += "null";
    }
}

}  // namespace

std::string canonical_json(const Json& value) {
    std::string out;
    append(out, value);
    return out;
}

// ECMA-262, Number::toString: plain from 1e-6 up to below 1e21, otherwise with an exponent.
std::string canonical_number(double value) {
    if (!(value - value == 0)) return "null";
    if (value == 0) return "0";
    std::string out = value < 0 ? "-" : "";
    const auto [digits, point] = shortest_digits(value < 0 ? -value : value);
    const int count = static_cast<int>(digits.size());
    if (count <= point && point <= 21) {
        return out + digits + std::string(static_cast<std::size_t>(point - count), '0');
    }
    if (0 < point && point <= 21) {
        const auto whole = static_cast<std::size_t>(point);
        return out + digits.substr(0, whole) + '.' + digits.substr(whole);
    }
    if (-6 < point && point <= 0) {
        return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    }
    out += digits.substr(0, 1);
    if (count > 1) out += '.' + digits.substr(1);
    return out + 'e' + (point > 0 ? "+" : "-") + std::to_string(point > 0 ? point - 1 : 1 - point);
}

std::string canonical_string(std::string_view text) {
    std::string out;
    append_json_string(out, repaired_utf8(text));
    return out;
}

}  // namespace limpid::security
