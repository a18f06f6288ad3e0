#include "service/jobs/job_events.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "service/jobs/job_json.hpp"

namespace limpid::service::jobs {
namespace {

// What proxies and browsers wait through, and half of what a client that vanished may cost.
constexpr std::chrono::seconds kHeartbeat{15};
// A line that begins with a colon is a comment.
constexpr std::string_view kHeartbeatText = ":\n\n";
constexpr std::string_view kReconnectAfter = "retry: 2000\n\n";

}  // namespace

Result<std::shared_ptr<BodyStream>> JobEvents::open(std::string_view id, std::string_view owner,
                                                    std::int64_t seen, const StreamLimits& limits) {
    forget_gone();
    const auto of_owner = std::ranges::count(listeners_, owner, &Listener::owner);
    if (listeners_.size() >= limits.max_streams ||
        std::cmp_greater_equal(of_owner, limits.max_streams_per_owner)) {
        return fail(ErrorCode::jobs_too_many_streams);
    }
    auto stream = std::make_shared<BodyStream>();
    stream->push(kReconnectAfter);
    listeners_.push_back({std::string(id), std::string(owner), seen, stream});
    if (!is_beating_) beat_later();
    return stream;
}

void JobEvents::publish(const JobRecord& job) {
    for (Listener& listener : listeners_) {
        const auto stream = listener.stream.lock();
        if (!stream || listener.id != job.id) continue;
        if (listener.seen < job.revision) {
            listener.seen = job.revision;
            stream->push("id: " + std::to_string(job.revision) +
                         "\nevent: status\ndata: " + job_json(job) + "\n\n");
        }
        if (has_ended(job.status)) stream->end();
    }
}

void JobEvents::end_all() {
    for (const Listener& listener : listeners_) {
        if (const auto stream = listener.stream.lock()) stream->end();
    }
    listeners_.clear();
}

std::size_t JobEvents::count() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        listeners_, [](const Listener& listener) { return !listener.stream.expired(); }));
}

void JobEvents::forget_gone() {
    std::erase_if(listeners_, [](const Listener& listener) { return listener.stream.expired(); });
}

void JobEvents::beat_later() {
    is_beating_ = true;
    heartbeat_.expires_after(kHeartbeat);
    heartbeat_.async_wait([this](const boost::system::error_code& error) {
        if (!error) beat();
    });
}

void JobEvents::beat() {
    forget_gone();
    for (const Listener& listener : listeners_) {
        if (const auto stream = listener.stream.lock()) stream->push(kHeartbeatText);
    }
    is_beating_ = false;
    if (!listeners_.empty()) beat_later();
}

}  // namespace limpid::service::jobs
