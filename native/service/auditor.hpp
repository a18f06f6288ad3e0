#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "audit/event_sampler.hpp"
#include "audit/record.hpp"
#include "keeper/client.hpp"
#include "limpid/error.hpp"

namespace limpid::service {

/// Has what concerns security put on record, and knows whether that works. Without `audit_file` it
/// does nothing. Not thread-safe.
class Auditor {
public:
    /// @param keeper  writes the log; borrowed; null, or one without a log: there is none.
    /// @return as keeper::Client::open_audit().
    [[nodiscard]] static Result<Auditor> open(keeper::Client* keeper);

    /// Record an event. When that fails, failing() is true until a record can be written again;
    /// what happens meanwhile is counted, and the count recorded then.
    void note(const audit::Event& event);
    /// Record an event of a kind that clients cause as often as they like: at most `budget` of them
    /// in a minute for one of `who`.
    void sample(const audit::Event& event, std::string_view who, std::uint32_t budget);
    /// Tell somebody of every event too, those of sample() within their budget, whether there is an
    /// audit log or not. Null: nobody.
    void also_tell(std::function<void(const audit::Event&)> tell) { tell_ = std::move(tell); }
    /// Call at least once a second.
    void maintain();

    [[nodiscard]] bool failing() const noexcept { return failing_ || owes(); }
    /// Are there events that the keeper has not written, and will?
    [[nodiscard]] bool owes() const noexcept { return keeper_ != nullptr && keeper_->owed() != 0; }
    /// Why it fails, once for each time that it begins to.
    [[nodiscard]] std::optional<Error> take_error();
    /// Records written, and times that it began to fail.
    [[nodiscard]] std::uint64_t records() const noexcept { return records_; }
    [[nodiscard]] std::uint64_t failures() const noexcept { return failures_; }

private:
    bool write(const audit::Event& event);
    void fail_with(const Error& error);

    keeper::Client* keeper_ = nullptr;
    audit::EventSampler sampler_;
    std::function<void(const audit::Event&)> tell_;
    bool failing_ = false;
    std::optional<Error> error_;
    std::uint64_t records_ = 0;
    std::uint64_t failures_ = 0;
    /// Events that were not recorded since it fails.
    std::uint64_t lost_ = 0;
};

}  // namespace limpid::service
