#pragma once

#include <string>
#include <string_view>

#include "cli/parser.hpp"
#include "limpid/error.hpp"
#include "limpid/security/types.hpp"

namespace limpid::cli {

/// Who may see what is written.
enum class Privacy {
    /// Anyone.
    open,
    /// Its owner: a file gets mode 0600, a terminal nothing unless --to-terminal says so.
    secret,
};

/// -o, --force and, for secrets, --to-terminal. An existing file stays unless --force is given.
struct OutputOption {
    Privacy privacy = Privacy::open;
    std::string path = {};
    bool force = false;
    bool to_terminal = false;
};

/// @param help          of OUT, beginning "file to write".
/// @param default_path  where it goes without -o; empty when the command has another rule.
void add_output(CLI::App& command, OutputOption& output, const std::string& help,
                const std::string& default_path);
/// As above; -o must be given.
void add_required_output(CLI::App& command, OutputOption& output, const std::string& help);

/// Say early that it cannot be written. @return io.unwritable | io.exists.
[[nodiscard]] Status check_output(const OutputOption& output);

/// Write it. @return also run.cancelled.
[[nodiscard]] Status write_output(const OutputOption& output, security::Bytes bytes);
[[nodiscard]] Status write_output(const OutputOption& output, std::string_view text);

}  // namespace limpid::cli
