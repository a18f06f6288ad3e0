#include "security/strict_json.hpp"

#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace limpid::security {
namespace {

using Json = nlohmann::json;

/// Builds the tree from parser events; any `false` ends the parse.
class TreeBuilder final : public Json::json_sax_t {
public:
    explicit TreeBuilder(std::size_t max_depth) : max_depth_(max_depth) {}

    bool null() override { return add(Json(nullptr)); }
    bool boolean(bool v) override { return add(Json(v)); }
    bool number_integer(number_integer_t v) override { return add(Json(v)); }
    bool number_unsigned(number_unsigned_t v) override { return add(Json(v)); }
    bool number_float(number_float_t v, const string_t&) override { return add(Json(v)); }
    bool string(string_t& v) override { return add(Json(std::move(v))); }
    bool binary(binary_t&) override { return refuse("binary data"); }

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        if (open_.back()->contains(name)) return refuse("member named twice: " + excerpt(name));
        key_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception&) override {
        return refuse("not JSON at byte " + std::to_string(position));
    }

    [[nodiscard]] Json take() { return std::move(root_); }
    [[nodiscard]] const std::string& reason() const { return reason_; }

private:
    bool refuse(std::string reason) {
        if (reason_.empty()) reason_ = std::move(reason);
        return false;
    }

    Json* place(Json&& value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        Json& slot = parent[key_];
        slot = std::move(value);
        return &slot;
    }

    bool add(Json&& value) {
        place(std::move(value));
        return true;
    }

    bool open(Json&& container) {
        if (open_.size() >= max_depth_) {
            return refuse("nested deeper than " + std::to_string(max_depth_));
        }
        open_.push_back(place(std::move(container)));
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    std::size_t max_depth_;
    Json root_;
    // Pointers stay valid: only the innermost container grows, and its children are closed.
    std::vector<Json*> open_;
    std::string key_;
    std::string reason_;
};

}  // namespace

Result<Json> parse_strict_json(std::string_view text, std::size_t max_depth, ErrorCode malformed) {
    TreeBuilder builder(max_depth);
    if (!Json::sax_parse(text, &builder)) return fail(malformed, builder.reason());
    return builder.take();
}

}  // namespace limpid::security
