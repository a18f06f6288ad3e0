// Of Service: the licence.
#include <string>

#include "limpid/preset.hpp"
#include "service/enhance_request.hpp"
#include "service/problem_response.hpp"
#include "service/service.hpp"

namespace limpid::service {

void Service::license(const std::shared_ptr<Exchange>&, Answer answer) {
    answer(json_response(license_.json(false)));
}

void Service::license_details(const std::shared_ptr<Exchange>&, Answer answer) {
    answer(json_response(license_.json(true)));
}

Status Service::check_license(const EnhanceRequest& request) const {
    if (Status status = license_.check_feature(to_string(request.options.preset)); !status) {
        return status;
    }
    if (!request.receipt) return {};
    if (world_.keeper == nullptr || !world_.keeper->facts().signs) {
        return fail(ErrorCode::argument_invalid, "receipt: this service signs none");
    }
    return license_.check_feature("receipts");
}

void Service::note_keeper() {
    if (world_.keeper == nullptr) return;
    world_.keeper->tick();
    if (const auto error = world_.keeper->take_error()) log_.error(*error, {});
    const std::uint64_t deaths = world_.keeper->deaths();
    if (deaths != recorded_keeper_deaths_ && world_.keeper->available()) {
        log_.event("keeper_restarted");
        auditor_.note({.name = "keeper.restarted",
                       .details = {{"count", std::to_string(deaths - recorded_keeper_deaths_)}}});
        recorded_keeper_deaths_ = deaths;
    }
    if (const Status status = license_.refresh(*world_.keeper); !status) {
        log_.error(status.error(), {});
    }
    if (const auto state = license_.take_change()) {
        log_.event("license", license_.header().empty() ? *state : license_.header());
        auditor_.note({.name = "license.state", .details = {{"state", *state}}});
    }
}

}  // namespace limpid::service
