#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/parser.hpp"
#include "limpid/byte_buffer.hpp"
#include "limpid/cpu.hpp"
#include "limpid/error.hpp"
#include "limpid/limits.hpp"

namespace limpid::cli {

/// What every command knows. One for the whole program: one command runs.
struct CommonOptions {
    std::string input;
    Limits limits;
    /// Absent: as many as there are CPUs.
    std::optional<int> threads;
    std::optional<CpuTier> cpu;
    bool json = false;
    bool quiet = false;
    /// Standard output carries an image, so everything for people and machines goes to standard
    /// error.
    bool output_is_stdout = false;
    /// What the program ends with when the command did its work: doctor counts findings, health
    /// says 1 for no.
    int exit_code = 0;
};

/// A command and what it does once the command line is understood.
struct Command {
    CLI::App& parser;
    std::function<Status()> run;
};

/// IN.
void add_input(CLI::App& command, CommonOptions& common);
/// --limit, and what --help says about limits and exit codes.
void add_limit_option(CLI::App& command, CommonOptions& common);
/// --threads, --cpu: for commands that look at pixels.
void add_run_options(CLI::App& command, CommonOptions& common);

/// The bytes of IN.
[[nodiscard]] Result<ByteBuffer> read_input(const CommonOptions& common);

Command add_inspect_command(CLI::App& program, CommonOptions& common);
Command add_analyse_command(CLI::App& program, CommonOptions& common);
Command add_explain_command(CLI::App& program, CommonOptions& common);
Command add_enhance_command(CLI::App& program, CommonOptions& common);
Command add_compare_command(CLI::App& program, CommonOptions& common);

}  // namespace limpid::cli
