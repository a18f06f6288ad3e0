#pragma once

#include <memory>
#include <string>

#include "limpid/error.hpp"
#include "service/exchange.hpp"

namespace limpid::service {

class Service;
struct ExaminedUpload;
struct ImageUpload;

namespace jobs {
class Jobs;
struct JobRecord;
}  // namespace jobs

/// The handlers of /v1/jobs. Lives in its service, on the thread of that.
class JobHandlers {
public:
    explicit JobHandlers(Service& service) noexcept : service_(service) {}
    JobHandlers(const JobHandlers&) = delete;
    JobHandlers& operator=(const JobHandlers&) = delete;
    ~JobHandlers() = default;

    /// Who keeps jobs. Borrowed; null: nobody.
    void attach(jobs::Jobs* jobs) noexcept { jobs_ = jobs; }
    [[nodiscard]] jobs::Jobs* jobs() const noexcept { return jobs_; }

    /// Handlers of the route table.
    void create(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void describe(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void remove(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void send_output(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void stream_events(const std::shared_ptr<Exchange>& exchange, Answer answer);

private:
    /// The new job that is asked for.
    [[nodiscard]] Result<jobs::JobRecord> read(const Exchange& exchange, ExaminedUpload found);
    /// The parameter webhook of a new job, which is taken out; empty: there is none.
    [[nodiscard]] Result<std::string> take_webhook(ImageUpload& upload) const;
    void keep(const std::shared_ptr<Exchange>& exchange, ExaminedUpload found, Answer answer);
    /// Otherwise the request is answered.
    [[nodiscard]] bool are_kept(Exchange& exchange, Answer& answer);

    Service& service_;
    jobs::Jobs* jobs_ = nullptr;
};

}  // namespace limpid::service
