// Of Service: the licence and the receipts.
#include <span>
#include <string>
#include <utility>

#include "limpid/manifest.hpp"
#include "limpid/preset.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/json.hpp"
#include "limpid/version.hpp"
#include "platform/clock.hpp"
#include "service/enhance_request.hpp"
#include "service/problem_response.hpp"
#include "service/service.hpp"

namespace limpid::service {
namespace {

// A header that common proxies still let through.
constexpr std::size_t kMaxReceiptBytes = 12'288;

std::string identity_json(std::uint64_t bytes, std::string_view format, const Sha256& digest) {
    return R"({"bytes":)" + std::to_string(bytes) + std::string(format) + R"(,"sha256":")" +
           to_hex(digest) + R"("})";
}

}  // namespace

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

Result<std::string> Service::receipt_of(const worker::Done& done, const ReceiptInput& input,
                                        const Sha256& output) {
    const auto report = security::parse_json_strict(done.report_json);
    const auto recipe = report ? report->root().find("recipe") : std::nullopt;
    if (!recipe) return fail(ErrorCode::worker_died, "its report has no recipe");
    const FileFormat format = done.output_format.value_or(FileFormat::jpeg);
    // Of limpid::Manifest; the keeper reads it as such, the recipe of a worker included.
    const std::string manifest =
        R"({"created_at":)" + std::to_string(platform::wall_clock().value) + R"(,"input":)" +
        identity_json(input.bytes, "", input.digest) +
        R"(,"library_version":")" LIMPID_VERSION_STRING R"(","output":)" +
        identity_json(done.output.bytes().size(),
                      R"(,"format":")" + std::string(to_string(format)) + R"(")", output) +
        R"(,"recipe":)" + recipe->canonical() + R"(,"version":)" +
        std::to_string(Manifest::kVersion) + "}";
    auto document = world_.keeper->sign_manifest(manifest);
    if (!document) return document;
    std::string encoded =
        security::encode_base64(std::as_bytes(std::span(*document)), security::Base64::url);
    if (encoded.size() > kMaxReceiptBytes) {
        return fail(ErrorCode::internal_failure,
                    "a receipt has " + std::to_string(encoded.size()) + " bytes");
    }
    return encoded;
}

}  // namespace limpid::service
