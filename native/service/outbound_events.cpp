// Of Service: what it has to do with those who call other servers.
#include <string>

#include "service/jobs/jobs.hpp"
#include "service/outbound/outbound.hpp"
#include "service/service.hpp"

namespace limpid::service {

void Service::attach_outbound(outbound::Outbound* outbound) {
    outbound_ = outbound;
    if (outbound == nullptr) {
        authenticator_.ask(nullptr, nullptr);
        auditor_.also_tell(nullptr);
        return;
    }
    authenticator_.ask(outbound->authority(), outbound->key_source());
    auditor_.also_tell([outbound](const audit::Event& event) { outbound->alert(event); });
}

std::string Service::outbound_metrics() const {
    if (outbound_ == nullptr) return {};
    const jobs::Jobs* const jobs = jobs_.jobs();
    const bool notifies = jobs != nullptr && jobs->notifies();
    return outbound_->metrics_text(notifies ? &jobs->notifier()->counts() : nullptr);
}

}  // namespace limpid::service
