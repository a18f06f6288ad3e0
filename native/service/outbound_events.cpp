// Of Service: what it has to do with those who call other servers.
#include <algorithm>
#include <string>
#include <utility>

#include "service/enhance_request.hpp"
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
    const bool notifies = jobs_ != nullptr && jobs_->notifies();
    return outbound_->metrics_text(notifies ? &jobs_->notifier()->counts() : nullptr);
}

Result<std::string> Service::take_webhook(ImageUpload& upload) const {
    std::string url;
    const auto found = std::ranges::find(upload.parameters, "webhook", &Parameter::name);
    if (found == upload.parameters.end()) return url;
    url = std::move(found->value);
    upload.parameters.erase(found);
    if (outbound_ == nullptr) return fail(ErrorCode::webhook_refused_target);
    if (Status status = outbound_->check_webhook(url); !status) {
        return std::unexpected(std::move(status).error());
    }
    return url;
}

}  // namespace limpid::service
