#pragma once

#include <functional>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "limpid/error.hpp"
#include "service/jobs/store_thread.hpp"

namespace limpid::service::jobs {

/// Whether the disk takes what is to be kept. Once it did not, it is tried every 2 s until it does
/// again; meanwhile the service is not ready. Not thread-safe.
class StorageHealth {
public:
    /// @param store   borrowed.
    /// @param report  is called with the error when trouble begins, and without one when it ends.
    StorageHealth(const boost::asio::any_io_executor& executor, StoreThread& store,
                  std::function<void(const Error*)> report)
        : timer_(executor), store_(store), report_(std::move(report)) {}

    /// Something could not be stored. Errors that say nothing of the disk are passed over.
    void note(const Error& error);
    /// What the disk fails with; nothing: all is well.
    [[nodiscard]] const std::optional<Error>& trouble() const noexcept { return trouble_; }

private:
    void probe_later();

    boost::asio::steady_timer timer_;
    StoreThread& store_;
    std::function<void(const Error*)> report_;
    std::optional<Error> trouble_;
};

}  // namespace limpid::service::jobs
