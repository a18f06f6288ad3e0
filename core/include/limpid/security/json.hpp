#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/limits.hpp"

namespace limpid::security {

/// What a JSON value is.
enum class JsonType : std::uint8_t { null, boolean, number, string, array, object };

/// "null", "boolean", …, as RFC 8259 calls them.
[[nodiscard]] LIMPID_API std::string_view to_string(JsonType type) noexcept;

class JsonDocument;

/// One value within a JsonDocument: borrowed, cheap to copy, valid while the document lives.
/// Thread-safe for reading.
class LIMPID_API JsonView {
public:
    /// What the value is.
    [[nodiscard]] JsonType type() const noexcept;

    /// The value, when it is of that type.
    [[nodiscard]] std::optional<bool> as_boolean() const noexcept;
    [[nodiscard]] std::optional<double> as_number() const noexcept;
    /// A number without fraction within ±(2^53-1), however it is written: 1, 1.0 and 1e0 are one.
    [[nodiscard]] std::optional<std::int64_t> as_integer() const noexcept;
    /// UTF-8; may hold NUL.
    [[nodiscard]] std::optional<std::string_view> as_string() const noexcept;

    /// Elements of an array, members of an object, otherwise 0.
    [[nodiscard]] std::size_t size() const noexcept;
    /// Element `index` of an array.
    [[nodiscard]] std::optional<JsonView> at(std::size_t index) const noexcept;
    /// The member of an object.
    [[nodiscard]] std::optional<JsonView> find(std::string_view name) const;
    /// The names of an object's members, in order of their bytes; borrowed. Empty for anything
    /// else.
    [[nodiscard]] std::vector<std::string_view> names() const;

    /// The one text of this value that RFC 8785 (JSON Canonicalization Scheme) gives it: no blanks,
    /// members sorted by UTF-16 code units, numbers as ECMAScript prints them. What signatures
    /// cover. The same bytes on every target.
    /// parse_json_strict() reads it back.
    [[nodiscard]] std::string canonical() const;

private:
    friend class JsonDocument;
    explicit JsonView(const void* node) noexcept : node_(node) {}
    const void* node_;
};

/// A parsed JSON text: owning, move-only.
class LIMPID_API JsonDocument {
public:
    JsonDocument(JsonDocument&& other) noexcept;
    JsonDocument& operator=(JsonDocument&& other) noexcept;
    JsonDocument(const JsonDocument&) = delete;
    JsonDocument& operator=(const JsonDocument&) = delete;
    ~JsonDocument();

    /// The outermost value.
    [[nodiscard]] JsonView root() const noexcept;

private:
    friend LIMPID_API Result<JsonDocument> parse_json_strict(std::string_view text,
                                                             const Limits& limits);
    struct Tree;
    explicit JsonDocument(std::unique_ptr<Tree> tree) noexcept;
    std::unique_ptr<Tree> tree_;
};

/// Parse untrusted JSON, refusing whatever two readers could understand differently.
///
/// Beyond RFC 8259 these are errors: a member named twice, also in escaped form; a member called
/// `__proto__`, `constructor` or `prototype` at any depth; an integer beyond ±(2^53-1), also as
/// 1e20 (from 1e21 on a number counts as a real one); a number beyond a double; a lone surrogate;
/// invalid UTF-8; a byte order mark; bytes after the value.
///
/// @param text    UTF-8. Borrowed for the call only.
/// @param limits  max_json_bytes, max_json_depth (512 at most) and max_json_values.
/// @return json.malformed | json.too_large | json.too_deep | json.duplicate_member |
///         json.forbidden_member | json.number_out_of_range. The detail holds a JSON pointer (RFC
///         6901) and the offset of the byte after the offender.
/// Thread-safe. Uses about 100 bytes for each value.
[[nodiscard]] LIMPID_API Result<JsonDocument> parse_json_strict(std::string_view text,
                                                                const Limits& limits = {});

/// A number as ECMAScript's Number::toString prints it, which RFC 8785 section 3.2.2.3 prescribes:
/// the shortest digits that read back as the same double.
/// @param value  finite. NaN and the infinities, which JSON has no text for, give "null".
/// Thread-safe. The same bytes on every target.
[[nodiscard]] LIMPID_API std::string canonical_number(double value);

/// `text` as a JSON string with its quotes, escaped as RFC 8785 section 3.2.2.2 prescribes.
/// @param text  UTF-8; bytes that are not are replaced by U+FFFD, so that the result is JSON
/// always. Thread-safe.
[[nodiscard]] LIMPID_API std::string canonical_string(std::string_view text);

}  // namespace limpid::security
