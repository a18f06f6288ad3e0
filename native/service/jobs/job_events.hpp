#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "limpid/error.hpp"
#include "service/body_stream.hpp"
#include "service/jobs/job_record.hpp"

namespace limpid::service::jobs {

/// Who hears of a job's changes, as server-sent events (HTML Living Standard section 9.2).
///
/// An event is the whole state of a job and its id the job's revision: who has missed some gets the
/// newest, and after a restart of the service too. Each stream has a comment every 15 s, and is
/// forgotten when its reader has let go of it. Not thread-safe.
class JobEvents {
public:
    /// Most streams at a time, in all and of a principal.
    struct StreamLimits {
        std::uint64_t max_streams = 0;
        std::uint64_t max_streams_per_owner = 0;
    };

    explicit JobEvents(const boost::asio::any_io_executor& executor) : heartbeat_(executor) {}

    /// A stream of what happens to a job from now on; publish() its present state afterwards.
    /// @param id, owner  of the job.
    /// @param seen       the revision that the client knows already; 0: none.
    /// @return jobs.too_many_streams.
    [[nodiscard]] Result<std::shared_ptr<BodyStream>> open(std::string_view id,
                                                           std::string_view owner,
                                                           std::int64_t seen,
                                                           const StreamLimits& limits);

    /// Tell everybody who listens to it of a job's state; the streams of one that has ended end.
    void publish(const JobRecord& job);
    /// Nothing more is told to anybody.
    void end_all();

    /// Streams that somebody reads.
    [[nodiscard]] std::size_t count() const;

private:
    struct Listener {
        std::string id;
        std::string owner;
        std::int64_t seen = 0;
        std::weak_ptr<BodyStream> stream;
    };
    void beat_later();
    void beat();
    void forget_gone();

    boost::asio::steady_timer heartbeat_;
    std::list<Listener> listeners_;
    bool is_beating_ = false;
};

}  // namespace limpid::service::jobs
