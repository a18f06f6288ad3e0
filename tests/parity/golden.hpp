#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace limpid::parity {

/// One line of golden.txt: what a stage made of an input under a recipe.
struct Row {
    std::string digest;  ///< SHA-256, or "error:" and the code
    std::string stage;   ///< decoded | rendered | jpeg | png | webp
    std::string input;   ///< path below tests/data
    std::string recipe;  ///< name below recipes/, "auto", or "-" for decoded

    [[nodiscard]] std::string key() const { return stage + " " + input + " " + recipe; }
};

/// Rows of a golden file; lines that begin with '#' are comments.
[[nodiscard]] std::vector<Row> read_golden(std::istream& in);

/// Paths below tests/data, one a line, of inputs.txt.
[[nodiscard]] std::vector<std::string> read_inputs(std::istream& in);

}  // namespace limpid::parity
