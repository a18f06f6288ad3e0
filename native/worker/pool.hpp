#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "limpid/error.hpp"
#include "limpid/inspect.hpp"
#include "limpid/pipeline.hpp"
#include "platform/file_descriptor.hpp"
#include "worker/layers.hpp"
#include "worker/shared_memory.hpp"
#include "worker/task.hpp"

namespace limpid::worker {

/// One image and what to do with it. Everything in it may come from a stranger: images, recipes
/// and tables are parsed by the worker, never by the process that holds the pool.
struct Job {
    Task task = Task::enhance;
    /// One encoded image. Borrowed until seal_input() or async_run() returns, which copies it, and
    /// so are the next.
    std::span<const std::byte> input;
    /// JSON of the recipe to apply; empty: one is decided.
    std::string_view recipe_json;
    /// Text of a .cube file; empty: no table.
    std::string_view lut_cube;
    /// Everything else; `recipe` and `lut` must be absent.
    EnhanceOptions options;
    /// From async_run() on, waiting included.
    std::chrono::milliseconds deadline{30'000};
};

/// What a worker reads of a job, in memory that nobody can change any more.
class SealedInput {
public:
    /// Nothing yet.
    SealedInput() noexcept = default;

private:
    friend class Pool;
    friend Result<SealedInput> seal_input(const Job& job);
    explicit SealedInput(platform::FileDescriptor file) noexcept : file_(std::move(file)) {}
    platform::FileDescriptor file_;
};

/// Copy what a job borrows. For callers who have another thread do that: it takes a millisecond for
/// some megabytes. Thread-safe. @return memory.exhausted.
[[nodiscard]] Result<SealedInput> seal_input(const Job& job);

/// What a worker made.
struct Done {
    /// The enhanced file, in memory that nobody can change; empty for the other tasks.
    Mapping output;
    /// Of `output`.
    std::optional<FileFormat> output_format;
    /// to_json() of the Report, the Analysed or the ImageInfo: one JSON object. It was checked to
    /// be well-formed and no more: a worker that was taken over may write anything into it.
    std::string report_json;
};

/// How many workers, and what each may consume.
struct PoolOptions {
    /// Absolute path of limpid-worker.
    std::string program;
    /// 1..256; a worker runs one job at a time on one thread, so: as many as processors.
    int workers = 1;
    /// Jobs that may wait beside those that run; -1 is 4 for each worker.
    int queue_length = -1;
    /// Address space of a worker, RLIMIT_AS: its program, input, pixels, codecs and output.
    /// Limits::max_memory_bytes of a job should leave some of it to the other things.
    std::uint64_t memory_bytes_per_worker = std::uint64_t{2} << 30;
    /// The largest output file with its report.
    std::uint64_t max_output_bytes = std::uint64_t{512} << 20;
    /// A worker is replaced after this many jobs, and when it keeps more memory than this after
    /// one; so what a job left behind does not stay for ever.
    std::uint32_t jobs_per_worker = 1000;
    std::uint64_t kept_memory_bytes_per_worker = std::uint64_t{512} << 20;
    /// Processor time of one worker in all, RLIMIT_CPU: the net below the deadlines of the jobs.
    std::uint64_t cpu_seconds_per_worker = 36'000;
    /// How long a worker may take from its start to its readiness.
    std::chrono::milliseconds start_timeout{10'000};
    /// Ask for namespaces; where they are not allowed, workers do without.
    bool namespaces = true;
    /// Without these no worker gets a job. (landlock_abi: the least.)
    Layers required{.no_new_privileges = true, .syscall_filter = true};
};

/// Names a job of one pool; never 0.
using JobId = std::uint64_t;

/// A moment of a pool, for metrics, readiness and doctor.
struct Stats {
    /// Workers that are ready or busy, and those of them that are busy.
    int alive = 0;
    int busy = 0;
    /// Jobs that wait.
    int queued = 0;
    /// Since the pool began: workers started, and workers that ended with nobody asking them to;
    /// jobs that ended well, in an error of the core, at their deadline, or in a worker that said
    /// what no worker says.
    std::uint64_t started = 0;
    std::uint64_t died = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t refused = 0;
    std::uint64_t timed_out = 0;
    std::uint64_t misbehaved = 0;
    /// Of those that died: ended for a forbidden system call (SIGSYS), for want of memory, by
    /// another signal.
    std::uint64_t forbidden_calls = 0;
    std::uint64_t out_of_memory = 0;
    std::uint64_t killed = 0;
    /// Jobs that found the queue full.
    std::uint64_t turned_away = 0;
    /// What confines the worker that started last.
    Layers layers;
};

/// Processes that decode what strangers send, so that whatever takes one of them over or ends it
/// costs one job and reaches nothing.
///
/// Each is a fresh program without environment, files and secrets, confined before the first byte
/// of an input reaches it, and answers through memory that it cannot change afterwards. A worker
/// that dies is replaced, at once or, when workers die as they start, ever less often.
///
/// Member functions are thread-safe.
class Pool {
public:
    /// Start the workers, and wait (start_timeout at most) until the first one is confined.
    /// @param executor  runs the pool's own work and every handler. Its threads must outlive the
    ///     pool: a worker ends with the thread that started it.
    /// @return worker.unavailable when the program does not start or is of another version;
    ///     worker.not_confined when required layers cannot be had; argument.invalid.
    [[nodiscard]] static Result<std::unique_ptr<Pool>> create(boost::asio::any_io_executor executor,
                                                              PoolOptions options);

    /// Ends every worker; what still waits or runs gets run.cancelled.
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    using Handler = std::move_only_function<void(Result<Done>)>;

    /// Run a job as soon as a worker is free. `handler` is called once, by the executor, never from
    /// within this call, with what was made or:
    ///   - the errors of inspect(), analyse() or enhance(), parse_recipe() and parse_cube();
    ///   - service.busy, when the queue is full;
    ///   - worker.died, when the worker ended or broke the rules while it had the job;
    ///   - worker.timeout, at the deadline;
    ///   - worker.unavailable or worker.not_confined, at the deadline while no worker gets ready;
    ///   - run.cancelled, after cancel() and when the pool ends;
    ///   - memory.exhausted, when the input cannot be copied or the worker has too little memory.
    /// @return the id for cancel().
    JobId async_run(const Job& job, Handler handler);
    /// The same for a job whose input was copied before; of what it borrows only sizes are read.
    /// @param input  seal_input(job)
    JobId async_run(const Job& job, SealedInput input, Handler handler);

    /// Is the queue full at this moment? Then a job counts as one that found it so. For callers
    /// that have work to do before async_run(), which a refusal should not cost.
    [[nodiscard]] bool turn_away_if_full();

    /// End a job that waits or runs; does nothing for one that has ended.
    void cancel(JobId id);

    /// What the pool is doing.
    [[nodiscard]] Stats stats() const;

private:
    class Impl;
    explicit Pool(std::shared_ptr<Impl> impl) noexcept;
    std::shared_ptr<Impl> impl_;
};

}  // namespace limpid::worker
