#pragma once

#include <memory>

#include "cli/options.hpp"
#include "cli/progress.hpp"
#include "limpid/run.hpp"

namespace limpid::cli {

/// Threads, progress and cancellation of one run, gone when the run is.
class RunContext {
public:
    [[nodiscard]] static Result<std::unique_ptr<RunContext>> create(const CommonOptions& common);

    [[nodiscard]] const RunOptions& options() const noexcept { return options_; }

private:
    explicit RunContext(bool quiet) : progress_(quiet) {}

    Progress progress_;
    std::unique_ptr<TaskRunner> runner_;
    RunOptions options_;
};

}  // namespace limpid::cli
