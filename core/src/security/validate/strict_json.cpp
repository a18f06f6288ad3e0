#include "security/validate/strict_json.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

/// Number.MAX_SAFE_INTEGER: the largest integer whose neighbours a double still tells apart.
constexpr std::int64_t kMaxSafeInteger = 9'007'199'254'740'991;

/// From here on ECMAScript, and so RFC 8785, writes numbers with an exponent.
constexpr double kFirstWithExponent = 1e21;

/// nlohmann/json's number for "does not fit a double".
constexpr int kNumberOverflow = 406;

/// Reads characters and keeps where it is; the parser's events carry no position.
class TrackedIterator {
public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    TrackedIterator() = default;
    TrackedIterator(const char* at, std::size_t* consumed) : at_(at), consumed_(consumed) {}

    reference operator*() const { return *at_; }
    TrackedIterator& operator++() {
        ++at_;
        ++*consumed_;
        return *this;
    }
    TrackedIterator operator++(int) {
        const TrackedIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const TrackedIterator& other) const { return at_ == other.at_; }

private:
    const char* at_ = nullptr;
    std::size_t* consumed_ = nullptr;
};

/// Builds the tree from parser events; any `false` ends the parse.
class TreeBuilder final : public Json::json_sax_t {
public:
    TreeBuilder(const StrictJsonRules& rules, const std::size_t& consumed)
        : max_depth_(std::min(rules.max_depth, kMaxJsonDepth)),
          max_values_(rules.max_values),
          consumed_(consumed) {}

    bool null() override { return add(Json(nullptr)); }
    bool boolean(bool v) override { return add(Json(v)); }
    bool number_integer(number_integer_t v) override {
        return v < -kMaxSafeInteger ? refuse_integer() : add(Json(v));
    }
    bool number_unsigned(number_unsigned_t v) override {
        return v > std::uint64_t{kMaxSafeInteger} ? refuse_integer() : add(Json(v));
    }
    bool number_float(number_float_t v, const string_t& text) override {
        // Integers too large for 64 bits arrive here, and 1e20, which RFC 8785 writes as digits.
        const bool digits = text.find_first_of(".eE") == std::string::npos;
        const double magnitude = v < 0 ? -v : v;
        const bool large =
            magnitude > static_cast<double>(kMaxSafeInteger) && magnitude < kFirstWithExponent;
        return digits || large ? refuse_integer() : add(Json(v));
    }
    bool string(string_t& v) override { return add(Json(std::move(v))); }
    bool binary(binary_t&) override { return refuse(ErrorCode::json_malformed, "binary data"); }

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        Frame& frame = open_.back();
        const bool twice = frame.node->contains(name);
        frame.key = std::move(name);
        if (twice) return refuse(ErrorCode::json_duplicate_member, "member named twice");
        if (frame.key == "__proto__" || frame.key == "constructor" || frame.key == "prototype") {
            return refuse(ErrorCode::json_forbidden_member, "forbidden member");
        }
        return count();
    }

    bool parse_error(std::size_t, const std::string&,
                     const nlohmann::detail::exception& error) override {
        if (error.id == kNumberOverflow) {
            return refuse(ErrorCode::json_number_out_of_range, "number beyond a double");
        }
        return refuse(ErrorCode::json_malformed, "not JSON");
    }

    [[nodiscard]] Json take() { return std::move(root_); }
    [[nodiscard]] Error take_error() { return std::move(error_); }

private:
    struct Frame {
        Json* node;
        std::string key;
    };

    bool refuse(ErrorCode code, std::string reason) {
        reason += " at " + pointer() + ", before byte " + std::to_string(consumed_);
        error_ = Error(code, std::move(reason));
        return false;
    }

    bool refuse_integer() {
        return refuse(ErrorCode::json_number_out_of_range, "integer beyond 2^53-1");
    }

    /// Where the parser is (RFC 6901); the whole document is "the top".
    [[nodiscard]] std::string pointer() const {
        if (open_.empty()) return "the top";
        std::string text;
        for (std::size_t i = 0; i < open_.size() && text.size() < kMaxPointerBytes; ++i) {
            const Frame& frame = open_[i];
            text += '/';
            if (frame.node->is_array()) {
                // Of an outer array the element is there already, of the innermost it comes next.
                text += std::to_string(frame.node->size() - (i + 1 < open_.size() ? 1 : 0));
                continue;
            }
            for (const char c : excerpt(frame.key)) {
                if (c == '~') {
                    text += "~0";
                } else if (c == '/') {
                    text += "~1";
                } else {
                    text += c;
                }
            }
        }
        return text;
    }

    bool count() {
        if (++values_ <= max_values_) return true;
        return refuse(ErrorCode::json_too_large,
                      "more than " + std::to_string(max_values_) + " values (max_json_values)");
    }

    Json* place(Json&& value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Frame& parent = open_.back();
        if (parent.node->is_array()) {
            parent.node->push_back(std::move(value));
            return &parent.node->back();
        }
        Json& slot = (*parent.node)[parent.key];
        slot = std::move(value);
        return &slot;
    }

    bool add(Json&& value) {
        if (!count()) return false;
        place(std::move(value));
        return true;
    }

    bool open(Json&& container) {
        if (open_.size() >= max_depth_) {
            return refuse(ErrorCode::json_too_deep,
                          "nested deeper than " + std::to_string(max_depth_));
        }
        if (!count()) return false;
        Json* node = place(std::move(container));
        open_.push_back({node, {}});
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    static constexpr std::size_t kMaxPointerBytes = 256;

    std::size_t max_depth_;
    std::size_t max_values_;
    std::size_t values_ = 0;
    const std::size_t& consumed_;
    Json root_;
    // Pointers stay valid: only the innermost container grows, and its children are closed.
    std::vector<Frame> open_;
    Error error_{ErrorCode::json_malformed};
};

std::unexpected<Error> refused(const StrictJsonRules& rules, Error error) {
    if (!rules.code) return std::unexpected(std::move(error));
    return fail(*rules.code, error.found());
}

}  // namespace

Result<Json> parse_strict_json(std::string_view text, const StrictJsonRules& rules) {
    // The parser skips a byte order mark and takes NUL for the end of the text.
    if (text.starts_with("\xEF\xBB\xBF")) {
        return refused(rules, Error(ErrorCode::json_malformed, "byte order mark at byte 0"));
    }
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        return refused(rules,
                       Error(ErrorCode::json_malformed, "NUL at byte " + std::to_string(nul)));
    }
    std::size_t consumed = 0;
    TreeBuilder builder(rules, consumed);
    const char* const first = text.data();
    const TrackedIterator begin(first, &consumed);
    const TrackedIterator end(first + text.size(), &consumed);
    if (!Json::sax_parse(begin, end, &builder)) return refused(rules, builder.take_error());
    return builder.take();
}

Result<Json> parse_strict_json(std::string_view text, std::size_t max_depth, ErrorCode malformed) {
    StrictJsonRules rules;
    rules.max_depth = max_depth;
    rules.code = malformed;
    return parse_strict_json(text, rules);
}

}  // namespace limpid::security
