#include "keeper/duties.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

#include "audit/head_file.hpp"
#include "crypto/access_token.hpp"
#include "limpid/manifest.hpp"
#include "limpid/version.hpp"
#include "platform/clock.hpp"

namespace limpid::keeper {
namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr int kHeadAttempts = 3;
constexpr std::chrono::milliseconds kHeadPause{10};

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text.append(text.empty() ? "" : ",").append(word);
    return text;
}

}  // namespace

Status check_audit_key(const Setup& setup, const Secrets& secrets) {
    if (setup.audit_file.empty()) return {};
    const auto chain = audit::Chain::make(secrets.audit_key ? &*secrets.audit_key : nullptr);
    if (!chain) return std::unexpected(chain.error());
    Status status;
    // It may be caught while it is being written over.
    for (int attempt = 0; attempt < kHeadAttempts; ++attempt) {
        const auto head = audit::read_head(setup.audit_file, *chain);
        if (head) return {};
        status = std::unexpected(head.error());
        std::this_thread::sleep_for(kHeadPause);
    }
    return status;
}

Duties::Duties(Setup setup, Secrets secrets, security::RandomSource& random)
    : setup_(std::move(setup)), secrets_(std::move(secrets)), random_(random) {
    if (!secrets_.license || secrets_.license->max_instances == 0) return;
    if (setup_.license_leases_dir.empty()) return;
    leases_.emplace(setup_.license_leases_dir, setup_.instance, secrets_.license->max_instances,
                    static_cast<std::int64_t>(setup_.license_lease_s));
}

Duties::~Duties() {
    if (leases_) leases_->release();
}

Hello Duties::hello() const {
    Hello hello{.version = LIMPID_VERSION_STRING, .error = {}};
    hello.tokens = !secrets_.jwt_keys.empty();
    hello.license = secrets_.license.has_value();
    hello.signs = secrets_.signing_key.has_value();
    return hello;
}

template <class T>
std::optional<Answer> Duties::respond(const std::optional<T>& question,
                                      void (Duties::*act)(const T&, Answer&)) {
    if (!question) return std::nullopt;
    Answer answer;
    answer.id = question->id;
    (this->*act)(*question, answer);
    return answer;
}

std::optional<Answer> Duties::answer(MessageKind kind, std::string_view json) {
    switch (kind) {
        case MessageKind::verify_token:
            return respond(parse_verify_token(json), &Duties::verify);
        case MessageKind::open_audit:
            return respond(parse_open_audit(json), &Duties::open_audit);
        case MessageKind::append:
            return respond(parse_append(json), &Duties::append);
        case MessageKind::maintain:
            return respond(parse_ask(json), &Duties::maintain);
        case MessageKind::license:
            return respond(parse_ask(json), &Duties::tell_license);
        case MessageKind::sign:
            return respond(parse_sign_manifest(json), &Duties::sign);
        case MessageKind::setup:
        case MessageKind::hello:
        case MessageKind::answer:
            break;
    }
    return std::nullopt;
}

void Duties::verify(const VerifyToken& question, Answer& answer) {
    auto token = crypto::verify_access_token(question.token, secrets_.jwt_keys,
                                             secrets_.token_policy, question.now);
    if (!token) {
        answer.error = std::move(token).error();
        return;
    }
    answer.token = *std::move(token);
}

void Duties::open_audit(const OpenAudit& question, Answer& answer) {
    const auto log = [&]() -> Status {
        if (log_) return fail(ErrorCode::internal_failure, "the audit log is open");
        auto opened =
            audit::AuditLog::open({.file = setup_.audit_file,
                                   .key = secrets_.audit_key ? &*secrets_.audit_key : nullptr,
                                   .sync_each = setup_.audit_sync_each,
                                   .max_bytes = setup_.audit_max_bytes,
                                   .retention_days = setup_.audit_retention_days},
                                  random_);
        if (!opened) return std::unexpected(std::move(opened).error());
        log_ = *std::move(opened);
        return {};
    }();
    if (!log) {
        answer.error = log.error();
        return;
    }
    const bool was_written =
        question.unanswered && log_->held_after(question.after, *question.unanswered);
    answer.audit = AuditFacts{.seq = log_->last_seq(), .was_written = was_written};
}

void Duties::append(const Append& question, Answer& answer) {
    const Status written = log_ ? log_->append(question.event)
                                : fail(ErrorCode::internal_failure, "there is no audit log");
    if (!written) {
        answer.error = written.error();
        return;
    }
    answer.audit = AuditFacts{.seq = log_->last_seq()};
}

void Duties::maintain(const Ask&, Answer& answer) {
    const Status done =
        log_ ? log_->maintain() : fail(ErrorCode::internal_failure, "there is no audit log");
    if (!done) {
        answer.error = done.error();
        return;
    }
    answer.audit = AuditFacts{.seq = log_->last_seq()};
}

void Duties::tell_license(const Ask&, Answer& answer) {
    auto facts = license_facts();
    if (facts) {
        answer.license = *std::move(facts);
    } else {
        answer.error = std::move(facts).error();
    }
}

Result<LicenseFacts> Duties::license_facts() {
    if (!secrets_.license) return fail(ErrorCode::secret_not_found, "license_key");
    const security::License& license = *secrets_.license;
    const security::UnixSeconds now = platform::wall_clock();
    std::uint32_t others = 0;
    if (leases_) {
        const Status leased = leases_->renew(now);
        if (!leased && leased.error().id() != ErrorCode::license_too_many_instances) {
            return std::unexpected(leased.error());
        }
        if (!leased) others = license.max_instances;
    }
    const auto status = security::evaluate_license(license, {.now = now,
                                                             .fingerprint = secrets_.fingerprint,
                                                             .memory = license_memory_,
                                                             .other_instances = others});
    license_memory_ = status.memory;
    LicenseFacts facts;
    facts.state = status.state;
    if (status.grace_until) {
        facts.grace_days_left = static_cast<std::uint64_t>(
            std::max<std::int64_t>(0, (status.grace_until->value - now.value) / kSecondsPerDay));
    }
    facts.features = joined(license.features);
    facts.masked_id = security::mask_license_key(license.id);
    facts.status_json = public_license_status(status);
    return facts;
}

void Duties::sign(const SignManifest& question, Answer& answer) {
    const auto document = [&]() -> Result<std::string> {
        if (!secrets_.signing_key) return fail(ErrorCode::secret_not_found, "signing_key");
        const auto manifest = parse_manifest(question.manifest);
        if (!manifest) return std::unexpected(manifest.error());
        return sign_manifest(*manifest, *secrets_.signing_key,
                             {.issued_at = platform::wall_clock()});
    }();
    if (document) {
        answer.document = *document;
    } else {
        answer.error = document.error();
    }
}

}  // namespace limpid::keeper
