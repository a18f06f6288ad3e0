#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "limpid/error.hpp"
#include "limpid/export.hpp"
#include "limpid/image.hpp"

namespace limpid {

/// Steps of a run, in order.
enum class Stage : std::uint8_t { inspect, decode, analyse, render, encode };

/// "inspect", "decode", ….
[[nodiscard]] LIMPID_API std::string_view to_string(Stage stage) noexcept;

/// Runs independent tasks, possibly at the same time. Injected, so that the core starts no thread
/// of its own. Results never depend on the runner: tasks write disjoint rows.
class LIMPID_API TaskRunner {
public:
    virtual ~TaskRunner() = default;
    /// How many tasks may run at the same time; at least 1.
    [[nodiscard]] virtual int concurrency() const noexcept = 0;
    /// Call `task(i)` once for every i in [0, count), return when all have ended.
    /// `task` does not throw. Called from one thread at a time.
    virtual void run(int count, const std::function<void(int)>& task) = 0;
};

/// A TaskRunner over `threads` threads (the caller's thread is one of them).
/// @param threads  1..256; 1 starts no thread.
/// @return argument.invalid, or environment.unsupported where there are no threads (wasm without
///         the threads variant) and `threads` is not 1.
[[nodiscard]] LIMPID_API Result<std::unique_ptr<TaskRunner>> make_thread_pool(int threads);

/// What accompanies a long call. All members are optional and borrowed for the call.
struct RunOptions {
    /// Null runs everything on the calling thread.
    TaskRunner* runner = nullptr;
    /// Called on the calling thread with the fraction of a stage that is done, 0..1; every stage of
    /// the call ends with a 1. Returning false cancels the run.
    std::function<bool(Stage stage, double fraction)> on_progress;
    /// Set to true from any thread to cancel; looked at before every strip.
    const std::atomic<bool>* cancel = nullptr;
    /// Called on the calling thread by calls that render, with rows of the rendered image that are
    /// final: each row once, from the first to the last, `count` from `first_row` on. While it
    /// copies them elsewhere the runner's other threads go on. `image` is borrowed for the
    /// callback. When the call fails in the end, the rows given before are worth nothing.
    std::function<void(const ImageView& image, int first_row, int count)> on_rows;
};

}  // namespace limpid
