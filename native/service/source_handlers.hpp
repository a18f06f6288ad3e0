#pragma once

#include <memory>

#include "limpid/error.hpp"
#include "service/exchange.hpp"
#include "worker/pool.hpp"

namespace limpid::service {

class Service;
struct ExaminedUpload;

namespace sources {
class Sources;
struct Flight;
}  // namespace sources

/// The handler of signed URLs: a picture from a source that is configured, made once for everybody
/// who asks for it at the time. Lives in its service, on the thread of that.
class SourceHandlers {
public:
    explicit SourceHandlers(Service& service) noexcept : service_(service) {}
    SourceHandlers(const SourceHandlers&) = delete;
    SourceHandlers& operator=(const SourceHandlers&) = delete;
    ~SourceHandlers() = default;

    /// Where the pictures of signed URLs come from. Borrowed; null: nowhere.
    void attach(sources::Sources* sources) noexcept { sources_ = sources; }

    /// Handler of the route table.
    void send(const std::shared_ptr<Exchange>& exchange, Answer answer);
    /// A client that may have waited for a picture has gone.
    void leave(const Exchange& exchange);

private:
    /// The steps of a flight: fetch its source, have a worker enhance it, answer everybody who
    /// waits.
    void start_flight(const std::shared_ptr<sources::Flight>& flight);
    void enhance_flight(const std::shared_ptr<sources::Flight>& flight, ExaminedUpload found,
                        std::shared_ptr<const void> owner);
    void run_flight(const std::shared_ptr<sources::Flight>& flight, const worker::Job& job,
                    worker::SealedInput input);
    void land_flight(const std::shared_ptr<sources::Flight>& flight, worker::Done done);
    void fail_flight(sources::Flight& flight, const Error& error);

    Service& service_;
    sources::Sources* sources_ = nullptr;
};

}  // namespace limpid::service
