#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "worker/pool.hpp"
#include "worker/protocol.hpp"
#include "worker/worker_process.hpp"

namespace limpid::worker {

/// The state of a pool. What is not said to be otherwise is touched on the strand only.
class Pool::Impl : public std::enable_shared_from_this<Impl> {
public:
    Impl(boost::asio::any_io_executor executor, PoolOptions options);

    /// Start the first worker and wait for it; from any thread, before everything else.
    [[nodiscard]] Status start_first();
    /// Start the others.
    void start_others();
    void stop();

    /// From any thread.
    /// @param input  without a file: it is still to be copied.
    JobId async_run(const Job& job, platform::FileDescriptor input, Handler handler);
    [[nodiscard]] bool turn_away_if_full();
    void cancel(JobId id);
    [[nodiscard]] Stats stats() const;
    [[nodiscard]] const Strand& strand() const { return strand_; }

private:
    enum class State : std::uint8_t {
        absent,    ///< between two workers
        starting,  ///< not yet confined
        ready,     ///< waits for a job
        busy,      ///< has a job
        ending,    ///< was killed by us
    };

    struct Pending {
        Pending(const Strand& strand, JobId job_id) : id(job_id), deadline(strand) {}
        JobId id;
        Request request;
        std::chrono::steady_clock::time_point ends_at;
        platform::FileDescriptor input;
        Handler handler;
        boost::asio::steady_timer deadline;
    };
    using PendingPtr = std::shared_ptr<Pending>;

    /// The place of one worker and of its successors.
    struct Slot {
        explicit Slot(const Strand& strand) : timer(strand) {}
        State state = State::absent;
        std::shared_ptr<WorkerProcess> worker;
        PendingPtr job;
        platform::FileDescriptor output;
        /// Of this worker: jobs it was given, which number them, and jobs it has answered.
        std::uint64_t jobs_given = 0;
        std::uint32_t jobs_done = 0;
        /// What its job gets when it ends, if that is known before.
        std::optional<Error> fault;
        /// Until it must be ready, or until its successor is started.
        boost::asio::steady_timer timer;
    };

    // From any thread.
    [[nodiscard]] bool reserve_place();
    /// With mutex_ held. Counts a job for which there is no place.
    [[nodiscard]] bool finds_no_place();
    void answer(Handler handler, Result<Done> result);

    // Jobs.
    void admit(PendingPtr job);
    void dispatch();
    void assign(Slot& slot, PendingPtr job);
    void finish(const PendingPtr& job, Result<Done> result);
    /// End a job that waits or runs, in its worker too.
    void abandon(JobId id, const Error& reason);
    void on_deadline(JobId id);

    // Workers.
    void start_worker(Slot& slot);
    void watch(Slot& slot);
    void restart_later(Slot& slot);
    void end_worker(Slot& slot);
    void on_message(Slot& slot, std::expected<Message, NoMessage> message);
    void on_hello(Slot& slot, const Message& message);
    void on_reply(Slot& slot, const Message& message);
    void on_end(Slot& slot, const End& end);
    void blame(Slot& slot);
    void be_ready_or_replaced(Slot& slot);
    [[nodiscard]] int alive() const;
    void publish();

    template <class F>
    void count(F&& change) {
        const std::scoped_lock lock(mutex_);
        change(stats_);
    }

    const PoolOptions options_;
    const boost::asio::any_io_executor executor_;
    const Strand strand_;
    std::vector<std::unique_ptr<Slot>> slots_;
    std::unordered_map<JobId, PendingPtr> jobs_;
    std::deque<PendingPtr> waiting_;
    /// Workers in a row that did not get ready, and why the last one did not.
    unsigned failed_starts_ = 0;
    std::optional<Error> start_error_;
    bool is_stopped_ = false;

    std::atomic<JobId> last_id_{0};
    mutable std::mutex mutex_;
    /// Guarded by mutex_, as the next.
    Stats stats_;
    /// Jobs that were taken and have not ended.
    int places_taken_ = 0;
};

}  // namespace limpid::worker
