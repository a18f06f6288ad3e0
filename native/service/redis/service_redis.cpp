// Of Service: what it shares with other services.
#include "service/prometheus_text.hpp"
#include "service/redis/shared_store.hpp"
#include "service/service.hpp"

namespace limpid::service {

void Service::attach_shared(redis::SharedStore* store) {
    shared_ = store;
    gate_.count_in(store == nullptr ? nullptr : &store->rates(), settings_.redis_fail == "closed");
    if (store != nullptr) note_shared_store(store->trouble());
}

void Service::note_shared_store(const std::optional<Error>& trouble) {
    if (!trouble) {
        log_.event("store_up");
        auditor_.note({.name = "store.reached"});
        return;
    }
    log_.error(*trouble, {});
    log_.event("store_down", "limits: " + settings_.redis_fail);
    auditor_.note({.name = "store.lost", .details = {{"limits", settings_.redis_fail}}});
}

bool Service::fails_closed() const {
    return shared_ != nullptr && shared_->trouble() && settings_.redis_fail == "closed";
}

std::string Service::shared_metrics() const {
    std::string out = shared_ == nullptr ? std::string() : shared_->metrics();
    // What there is an alert for is told without Redis too.
    const std::uint64_t losses = shared_ == nullptr ? 0 : shared_->client().moment().losses;
    prometheus::single(out, "redis_losses_total", "counter", "Times that Redis went.",
                       static_cast<double>(losses));
    prometheus::single(out, "redis_fallbacks_total", "counter",
                       "Requests that were counted by this service alone, as Redis was away.",
                       static_cast<double>(gate_.counted_alone()));
    return out;
}

}  // namespace limpid::service
