#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "limpid/error.hpp"

namespace limpid::cli {

/// What a command found, said in words or as a JSON object from one list. Never holds a secret.
class Findings {
public:
    /// @param name  of the JSON member; in words its underscores are blanks.
    void add(std::string_view name, nlohmann::json value);

    /// Lines "name:  value", or one line of JSON, members sorted. @return as platform::print().
    [[nodiscard]] Status print(bool json) const;

private:
    [[nodiscard]] std::string in_words() const;
    [[nodiscard]] std::string as_json() const;

    struct Row {
        std::string name;
        nlohmann::json value;
    };
    std::vector<Row> rows_;
};

}  // namespace limpid::cli
