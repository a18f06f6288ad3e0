#include "parity/golden.hpp"

#include <istream>
#include <sstream>
#include <utility>

namespace limpid::parity {

std::vector<Row> read_golden(std::istream& in) {
    std::vector<Row> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line.front() == '#') continue;
        std::istringstream words(line);
        Row row;
        words >> row.digest >> row.stage >> row.input >> row.recipe;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<std::string> read_inputs(std::istream& in) {
    std::vector<std::string> inputs;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.front() != '#') inputs.push_back(line);
    }
    return inputs;
}

}  // namespace limpid::parity
