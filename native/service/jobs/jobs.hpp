#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "limpid/byte_buffer.hpp"
#include "limpid/error.hpp"
#include "service/body_stream.hpp"
#include "service/jobs/job_events.hpp"
#include "service/jobs/job_record.hpp"
#include "service/jobs/job_runner.hpp"
#include "service/jobs/storage.hpp"
#include "service/jobs/storage_health.hpp"
#include "service/jobs/store_thread.hpp"
#include "service/jobs/webhook_sender.hpp"
#include "service/log.hpp"
#include "service/metrics.hpp"
#include "service/settings.hpp"
#include "worker/pool.hpp"

namespace limpid::service::jobs {

/// The photo of a new job; borrowed, and kept alive by `owner`.
struct Photo {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
};

/// What was made of a photo.
struct Output {
    JobRecord job;
    /// Absent when the client has it already.
    std::optional<ByteBuffer> bytes;
};

/// A stream of events, or why there is none; neither when the job has ended and the client knows.
/// Not a Result: GCC 12 takes one of a shared_ptr for uninitialised.
struct Listening {
    std::shared_ptr<BodyStream> stream;
    std::optional<Error> error;
};

/// Jobs that are kept on disk until they are done, whatever happens to the service. Not
/// thread-safe: one thread calls it and runs its executor; the disk is left to another one.
class Jobs {
public:
    template <class T>
    using Done = std::move_only_function<void(Result<T>)>;

    /// Open settings.state_dir.
    /// @param executor  runs everything here; must outlive the object.
    /// @param log       borrowed.
    /// @return as Storage::open().
    [[nodiscard]] static Result<std::unique_ptr<Jobs>> open(
        const boost::asio::any_io_executor& executor, const Settings& settings, Log& log);

    /// Begin to run jobs. @param pool  borrowed. @param workers  of the pool.
    void start(worker::Pool& pool, int workers);
    /// Tell those who want to know of the end of jobs. Before start().
    void notify_by(WebhookSender::World world);
    /// Sign that by another secret from now on.
    void sign_by(const security::WebhookSigner& signer) {
        if (notifier_) notifier_->sign_by(signer);
    }
    /// Are they told? Otherwise no job may have a webhook.
    [[nodiscard]] bool notifies() const noexcept { return notifier_ != nullptr; }
    /// Null: notifies() is false.
    [[nodiscard]] const WebhookSender* notifier() const noexcept { return notifier_.get(); }
    /// Take over what is reloadable.
    void configure(const Settings& settings);
    /// Begin nothing more and end the streams. Jobs that run then are queued at the next start.
    void stop();

    /// Keep a job. `done` is called when it is on the disk, or with the errors of Storage::submit()
    /// or service.busy.
    void submit(JobRecord job, Photo photo, Done<Submitted> done);
    /// @return to `done`: as Storage::find().
    void find(std::string id, std::string owner, Done<JobRecord> done);
    /// @param if_none_match  what the client has; see output_tag().
    /// @return to `done`: job.no_output, and as Storage::find() and read_output().
    void read_output(std::string id, std::string owner, std::string if_none_match,
                     Done<Output> done);
    /// @return to `done`: as Storage::cancel_or_forget().
    void remove(std::string id, std::string owner, Done<Settled> done);
    /// A stream of what happens to a job, its present state first.
    /// @param seen  the revision that the client knows already; 0: none.
    /// @return to `done`: job.not_found, jobs.too_many_streams.
    void listen(std::string id, std::string owner, std::int64_t seen,
                std::move_only_function<void(Listening)> done);

    /// Why nothing can be stored; nothing: all is well.
    [[nodiscard]] const std::optional<Error>& trouble() const noexcept { return health_.trouble(); }
    [[nodiscard]] JobGauges gauges() const;

private:
    Jobs(const boost::asio::any_io_executor& executor, const Settings& settings, Log& log,
         std::unique_ptr<Storage> storage);
    /// Have the store do it; its errors are noted, and told to `done`.
    template <class T, class Work>
    void ask(Work work, Done<T> done);
    void changed(const JobRecord& job);
    void sweep_later(std::chrono::seconds pause);
    void sweep();

    boost::asio::any_io_executor executor_;
    Settings settings_;
    Log& log_;
    boost::asio::steady_timer sweeper_;
    StoreThread store_;
    StorageHealth health_;
    JobEvents events_;
    /// Null until start().
    std::unique_ptr<JobRunner> runner_;
    /// Null: nobody is told.
    std::unique_ptr<WebhookSender> notifier_;
};

/// The strong entity tag (RFC 9110 section 8.8.3) of an output: of its bytes alone.
[[nodiscard]] std::string output_tag(const JobRecord& job);

}  // namespace limpid::service::jobs
