#include "cli/run_context.hpp"

#include <utility>

#include "limpid/cpu.hpp"
#include "platform/cpu_count.hpp"
#include "platform/signals.hpp"

namespace limpid::cli {

Result<std::unique_ptr<RunContext>> RunContext::create(const CommonOptions& common) {
    if (common.cpu) {
        if (Status status = limit_cpu_tier(*common.cpu); !status) {
            return std::unexpected(status.error());
        }
    }
    auto runner = make_thread_pool(common.threads.value_or(platform::cpu_count()));
    if (!runner) return std::unexpected(runner.error());
    std::unique_ptr<RunContext> context(new RunContext(common.quiet));
    context->runner_ = std::move(*runner);
    context->options_.runner = context->runner_.get();
    context->options_.on_progress = context->progress_.callback();
    context->options_.cancel = &platform::cancel_requested();
    return context;
}

}  // namespace limpid::cli
