#pragma once

#include "cli/options.hpp"

namespace limpid::cli {

Command add_license_request(CLI::App& family);
Command add_license_issue(CLI::App& family);
Command add_license_activate(CLI::App& family, CommonOptions& common);
Command add_license_verify(CLI::App& family, CommonOptions& common);
Command add_license_deactivate(CLI::App& family);

}  // namespace limpid::cli
