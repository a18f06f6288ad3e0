#include "doctor/yaml.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <yaml.h>

#include "platform/printable.hpp"

namespace limpid::doctor {
namespace {

constexpr int kMaxLevels = 64;
constexpr int kMaxNodes = 10'000;

std::unexpected<Error> refuse_yaml(std::size_t line, std::string_view why) {
    return fail(ErrorCode::config_unreadable_file,
                "line " + std::to_string(line + 1) + ": " + platform::printable(why));
}

struct Parser {
    Parser() : ready(yaml_parser_initialize(&parser) == 1) {}
    ~Parser() {
        if (ready) yaml_parser_delete(&parser);
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    yaml_parser_t parser{};
    bool ready;
};

struct Document {
    Document() = default;
    ~Document() {
        if (loaded) yaml_document_delete(&document);
    }
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    yaml_document_t document{};
    bool loaded = false;
};

/// Turns nodes into JSON. Aliases make one node count as often as it is used.
class Converter {
public:
    explicit Converter(yaml_document_t& document) : document_(document) {}

    Result<nlohmann::json> convert(int index, int level) {
        const yaml_node_t* const node = yaml_document_get_node(&document_, index);
        if (node == nullptr) return nlohmann::json();
        if (level > kMaxLevels || ++nodes_ > kMaxNodes) {
            return refuse_yaml(node->start_mark.line, "too large or too deep");
        }
        switch (node->type) {
            case YAML_SCALAR_NODE:
                return scalar(*node);
            case YAML_SEQUENCE_NODE:
                return sequence(*node, level);
            case YAML_MAPPING_NODE:
                return mapping(*node, level);
            case YAML_NO_NODE:
                break;
        }
        return nlohmann::json();
    }

private:
    static std::string text_in(const yaml_node_t& node) {
        return {reinterpret_cast<const char*>(node.data.scalar.value), node.data.scalar.length};
    }

    static nlohmann::json scalar(const yaml_node_t& node) {
        std::string text = text_in(node);
        if (node.data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
            if (text == "true") return true;
            if (text == "false") return false;
            if (text.empty() || text == "null" || text == "~") return nullptr;
        }
        return text;
    }

    Result<nlohmann::json> sequence(const yaml_node_t& node, int level) {
        nlohmann::json array = nlohmann::json::array();
        for (const yaml_node_item_t* item = node.data.sequence.items.start;
             item < node.data.sequence.items.top; ++item) {
            auto element = convert(*item, level + 1);
            if (!element) return element;
            array.push_back(*std::move(element));
        }
        return array;
    }

    Result<nlohmann::json> mapping(const yaml_node_t& node, int level) {
        nlohmann::json object = nlohmann::json::object();
        for (const yaml_node_pair_t* pair = node.data.mapping.pairs.start;
             pair < node.data.mapping.pairs.top; ++pair) {
            const yaml_node_t* const key = yaml_document_get_node(&document_, pair->key);
            if (key == nullptr || key->type != YAML_SCALAR_NODE) {
                return refuse_yaml(node.start_mark.line, "a key is no text");
            }
            const std::string name = text_in(*key);
            if (name == "<<" || object.contains(name)) {
                return refuse_yaml(key->start_mark.line,
                                   name == "<<" ? "merge keys are not read" : "a name comes twice");
            }
            auto value = convert(pair->value, level + 1);
            if (!value) return value;
            object[name] = *std::move(value);
        }
        return object;
    }

    yaml_document_t& document_;
    int nodes_ = 0;
};

}  // namespace

Result<nlohmann::json> parse_yaml(std::string_view text) {
    Parser reader;
    if (!reader.ready) return fail(ErrorCode::memory_exhausted);
    yaml_parser_set_input_string(&reader.parser,
                                 reinterpret_cast<const unsigned char*>(text.data()), text.size());
    Document loaded;
    if (yaml_parser_load(&reader.parser, &loaded.document) != 1) {
        const char* const why = reader.parser.problem;
        return refuse_yaml(reader.parser.problem_mark.line, why == nullptr ? "no YAML" : why);
    }
    loaded.loaded = true;
    const yaml_node_t* const root = yaml_document_get_root_node(&loaded.document);
    if (root == nullptr) return nlohmann::json();
    // The root is the first node.
    return Converter(loaded.document).convert(1, 0);
}

}  // namespace limpid::doctor
