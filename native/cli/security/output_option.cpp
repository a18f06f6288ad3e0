#include "cli/security/output_option.hpp"

#include <unistd.h>

#include "platform/read_file.hpp"
#include "platform/write_file.hpp"

namespace limpid::cli {
namespace {

platform::WriteOptions options_of(const OutputOption& output) {
    platform::WriteOptions options;
    if (output.privacy == Privacy::secret) options.mode = platform::kPrivateMode;
    options.replace = output.force;
    return options;
}

bool is_terminal(const OutputOption& output) {
    return output.path == platform::kStandardStream && ::isatty(STDOUT_FILENO) != 0;
}

void add(CLI::App& command, OutputOption& output, const std::string& help, bool required) {
    add_value(command,
              {.names = "-o,--output",
               .value_name = "OUT",
               .help = help,
               .group = "Output",
               .default_text = output.path,
               .required = required},
              [&output](const std::string& text) { output.path = text; });
    add_switch(command, "--force", output.force, "replace OUT if it exists", "Output");
    if (output.privacy == Privacy::secret) {
        add_switch(command, "--to-terminal", output.to_terminal,
                   "show it when standard output is a terminal", "Output");
    }
}

}  // namespace

void add_output(CLI::App& command, OutputOption& output, const std::string& help,
                const std::string& default_path) {
    output.path = default_path;
    add(command, output, help, false);
}

void add_required_output(CLI::App& command, OutputOption& output, const std::string& help) {
    add(command, output, help, true);
}

Status check_output(const OutputOption& output) {
    if (!is_terminal(output)) return platform::check_output(output.path, options_of(output));
    if (output.privacy == Privacy::open || output.to_terminal) return {};
    return fail(ErrorCode::io_unwritable,
                "standard output is a terminal and this is a secret; give a file with -o, or "
                "--to-terminal");
}

Status write_output(const OutputOption& output, security::Bytes bytes) {
    if (Status status = check_output(output); !status) return status;
    if (output.path == platform::kStandardStream) {
        return platform::print({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    return platform::write_file(output.path, bytes, options_of(output));
}

Status write_output(const OutputOption& output, std::string_view text) {
    return write_output(output, security::as_bytes(text));
}

}  // namespace limpid::cli
