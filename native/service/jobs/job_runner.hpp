#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "limpid/error.hpp"
#include "service/jobs/store_thread.hpp"
#include "worker/pool.hpp"

namespace limpid::service::jobs {

/// How jobs are run.
struct RunPolicy {
    /// For one try, waiting for a worker included.
    std::chrono::seconds timeout{30};
    /// Workers that may be lost over a job before it fails.
    std::uint64_t max_attempts = 3;
};

/// Takes queued jobs to the workers, oldest first. Not thread-safe.
///
/// As many run at a time as there are workers, less one where there are two or more: that one is
/// always left to the requests that somebody waits for.
class JobRunner {
public:
    /// What the owner of a runner is told.
    struct Callbacks {
        /// A job has another status.
        std::function<void(const JobRecord&)> changed;
        /// Something could not be read or stored; it is tried again.
        std::function<void(const Error&)> failed;
    };

    /// @param store, pool  borrowed.
    /// @param workers      of the pool.
    JobRunner(boost::asio::any_io_executor executor, StoreThread& store, worker::Pool& pool,
              int workers, Callbacks callbacks);

    void set_policy(const RunPolicy& policy) noexcept { policy_ = policy; }
    /// A job may wait: run it when there is room.
    void nudge();
    /// End the work on a job, if there is any; its storage knows already that it is cancelled.
    void cancel(std::string_view id);
    /// Begin nothing more; what runs is queued again when the service starts again.
    void stop() noexcept { is_stopped_ = true; }

private:
    using Settle = std::function<Result<Settled>(Storage&)>;

    /// A job that was claimed, and what a worker reads of it.
    struct Prepared;
    /// On the thread of the storage: copying an input takes milliseconds.
    [[nodiscard]] static Result<std::optional<Prepared>> prepare_next(Storage& storage);
    void start(Prepared prepared);
    void finished(const std::string& id, Result<worker::Done> result);
    [[nodiscard]] Settle settle_failure(const std::string& id, const Error& error) const;
    void settle(const std::string& id, const Settle& work);
    void pause();
    void later(std::function<void()> action);

    boost::asio::any_io_executor executor_;
    StoreThread& store_;
    worker::Pool& pool_;
    Callbacks callbacks_;
    RunPolicy policy_;
    std::size_t max_running_;
    /// Jobs that were claimed and are not settled; the pool's id while a worker has it.
    std::map<std::string, worker::JobId, std::less<>> running_;
    bool is_claiming_ = false;
    bool is_paused_ = false;
    bool is_stopped_ = false;
};

}  // namespace limpid::service::jobs
