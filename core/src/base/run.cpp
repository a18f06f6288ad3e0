#include "limpid/run.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/run_control.hpp"

namespace limpid {
namespace {

/// Another address on every thread.
const void* this_thread() noexcept {
    static thread_local char here;
    return &here;
}

/// How many tasks from the first on have ended, in whatever order they do.
class FirstTasks {
public:
    /// @param on_change  may be empty: then nothing is kept.
    FirstTasks(int count, const std::function<void(int)>& on_change)
        : ended_(on_change ? static_cast<std::size_t>(count) : 0), on_change_(on_change) {}

    void ended(int task) noexcept {
        if (!ended_.empty()) {
            ended_[static_cast<std::size_t>(task)].store(true, std::memory_order_release);
        }
    }
    /// On one thread only.
    void tell() {
        const std::size_t before = first_;
        while (first_ < ended_.size() && ended_[first_].load(std::memory_order_acquire)) ++first_;
        if (first_ != before) on_change_(static_cast<int>(first_));
    }

private:
    std::vector<std::atomic<bool>> ended_;
    const std::function<void(int)>& on_change_;
    std::size_t first_ = 0;
};

}  // namespace

std::string_view to_string(Stage stage) noexcept {
    switch (stage) {
        case Stage::inspect:
            return "inspect";
        case Stage::decode:
            return "decode";
        case Stage::analyse:
            return "analyse";
        case Stage::render:
            return "render";
        case Stage::encode:
            return "encode";
    }
    return "";
}

bool is_cancelled(const RunOptions& run) noexcept {
    return run.cancel != nullptr && run.cancel->load(std::memory_order_relaxed);
}

Status report_progress(const RunOptions& run, Stage stage, double fraction) {
    if (is_cancelled(run)) return fail(ErrorCode::run_cancelled);
    if (run.on_progress && !run.on_progress(stage, fraction)) {
        return fail(ErrorCode::run_cancelled);
    }
    return {};
}

RunOptions part_of_stage(const RunOptions& run, double begin, double end) {
    RunOptions part = {
        .runner = run.runner, .on_progress = {}, .cancel = run.cancel, .on_rows = {}};
    if (end >= 1.0) part.on_rows = run.on_rows;
    if (run.on_progress) {
        part.on_progress = [&run, begin, end](Stage stage, double fraction) {
            return run.on_progress(stage, begin + fraction * (end - begin));
        };
    }
    return part;
}

Status run_tasks(const RunOptions& run, int count, const std::function<Status(int)>& task) {
    std::vector<Status> results(static_cast<std::size_t>(count));
    std::atomic<int> first_failed = count;
    const auto one = [&](int i) {
        // Only what is behind a failure: the first in order is then found whoever is faster.
        if (i > first_failed.load(std::memory_order_relaxed)) return;
        Status result = is_cancelled(run) ? Status(fail(ErrorCode::run_cancelled)) : task(i);
        if (result) return;
        results[static_cast<std::size_t>(i)] = std::move(result);
        int known = first_failed.load(std::memory_order_relaxed);
        while (i < known &&
               !first_failed.compare_exchange_weak(known, i, std::memory_order_relaxed)) {
        }
    };
    if (run.runner != nullptr) {
        run.runner->run(count, one);
    } else {
        for (int i = 0; i < count; ++i) one(i);
    }
    for (Status& result : results) {
        if (!result) return std::move(result);
    }
    return {};
}

Status run_stage(const RunOptions& run, Stage stage, int count,
                 const std::function<Status(int)>& task, const std::function<void(int)>& on_first) {
    constexpr int kMostReports = 64;
    const void* const caller = this_thread();
    FirstTasks first(count, on_first);
    int reported = 0;  // of the calling thread alone, as on_progress is
    std::atomic<int> finished = 0;
    Status done = run_tasks(run, count, [&](int i) {
        Status result = task(i);
        if (!result) return result;
        first.ended(i);
        const int so_far = finished.fetch_add(1, std::memory_order_relaxed) + 1;
        if (this_thread() != caller || so_far == count) return result;
        first.tell();
        if (kMostReports * std::int64_t{so_far - reported} < count) return result;
        reported = so_far;
        return report_progress(run, stage, static_cast<double>(so_far) / count);
    });
    if (!done) return done;
    first.tell();
    return report_progress(run, stage, 1.0);
}

}  // namespace limpid
