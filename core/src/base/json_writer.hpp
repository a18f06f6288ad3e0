#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "limpid/decimal.hpp"

namespace limpid {

/// Append `text`, which is UTF-8, as a JSON string with its quotes. Escapes exactly what RFC 8785
/// section 3.2.2.2 escapes, the way it does.
void append_json_string(std::string& out, std::string_view text);

/// Writes JSON, in RFC 8785 form when the caller gives members in sorted order. No indentation.
/// Numbers are integers or Decimals, whose shortest text is what ECMAScript prints.
class JsonWriter {
public:
    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    /// A member's name; its value comes next.
    JsonWriter& key(std::string_view name);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view(text)); }
    JsonWriter& value(bool truth);
    JsonWriter& value(Decimal number);
    JsonWriter& value(std::int64_t number);
    JsonWriter& value(std::uint64_t number);
    JsonWriter& value(int number) { return value(std::int64_t{number}); }
    /// Text that is JSON already.
    JsonWriter& raw(std::string_view json);

    [[nodiscard]] std::string take() && { return std::move(text_); }

private:
    void separate();

    std::string text_;
    bool needs_comma_ = false;
};

}  // namespace limpid
