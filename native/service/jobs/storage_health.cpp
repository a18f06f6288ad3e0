#include "service/jobs/storage_health.hpp"

#include <chrono>

namespace limpid::service::jobs {
namespace {

constexpr std::chrono::seconds kProbeInterval{2};

}  // namespace

void StorageHealth::note(const Error& error) {
    const ErrorCode code = error.id();
    if (code != ErrorCode::storage_full && code != ErrorCode::storage_failed) return;
    const bool is_new = !trouble_;
    trouble_ = error;
    if (!is_new) return;
    report_(&error);
    probe_later();
}

void StorageHealth::probe_later() {
    timer_.expires_after(kProbeInterval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        store_.run([](Storage& storage) { return storage.probe(); },
                   [this](const Result<bool>& has_room) {
                       if (!has_room) {
                           trouble_ = has_room.error();
                           return probe_later();
                       }
                       trouble_.reset();
                       report_(nullptr);
                   });
    });
}

}  // namespace limpid::service::jobs
