#include "service/rate_gate.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "service/identity/roles.hpp"

namespace limpid::service {
namespace {

using security::RateCheck;
using security::RateDecision;
using security::RateLimitHeaders;

// 3.2 MB. A set that is full forgets whoever is nearest to being unlimited.
constexpr std::size_t kMaxKeys = 100'000;

Result<std::optional<security::RateQuota>> quota_of(std::uint64_t quota, std::uint64_t window_s) {
    if (quota == 0) return std::nullopt;
    auto made = security::RateQuota::make(quota, window_s);
    if (!made) return std::unexpected(std::move(made).error());
    return *made;
}

RateLimitHeaders form_of(std::string_view name) {
    if (name == "draft-6") return RateLimitHeaders::draft_6;
    if (name == "draft-7") return RateLimitHeaders::draft_7;
    return name == "legacy" ? RateLimitHeaders::legacy : RateLimitHeaders::draft_10;
}

Result<security::BlockSettings> block_settings_of(const Settings& settings,
                                                  std::uint64_t max_failures) {
    auto allow = security::parse_networks(settings.block_allow);
    if (!allow) return std::unexpected(std::move(allow).error());
    security::BlockSettings block;
    block.max_failures = static_cast<std::uint32_t>(std::max<std::uint64_t>(max_failures, 1));
    block.first_block_s = static_cast<std::uint32_t>(settings.block_s);
    block.allow = *std::move(allow);
    return block;
}

/// Equal when nothing about blocking changed.
std::string block_text(const Settings& settings) {
    return std::to_string(settings.block_failures) + " " + std::to_string(settings.block_breaches) +
           " " + std::to_string(settings.block_s) + " " + settings.block_allow;
}

HeaderField retry_after(std::int64_t ns) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    return {"Retry-After", std::to_string((ns + kSecond - 1) / kSecond)};
}

/// Empty: the limit does not concern the request.
std::string_view subject_of(RateSubject subject, std::string_view address,
                            std::string_view principal) {
    if (subject == RateSubject::ip) return address;
    const bool counts = subject == RateSubject::key || principal.starts_with(identity::kUserPrefix);
    return counts ? principal : std::string_view();
}

}  // namespace

Result<RateGate::Quotas> RateGate::quotas_of(const Settings& settings) {
    Quotas quotas;
    quotas.form = form_of(settings.rate_limit_headers);
    for (const auto& [quota, member] : {std::pair(settings.rate_limit_ip, &Quotas::ip),
                                        std::pair(settings.rate_limit_key, &Quotas::key),
                                        std::pair(settings.rate_limit_enhance, &Quotas::enhance)}) {
        auto made = quota_of(quota, settings.rate_window_s);
        if (!made) return std::unexpected(std::move(made).error());
        quotas.*member = *made;
    }
    auto routes = parse_route_limits(settings.rate_limits);
    if (!routes) return std::unexpected(std::move(routes).error());
    quotas.routes = std::make_shared<const std::vector<RouteLimit>>(*std::move(routes));
    return quotas;
}

Result<RateGate> RateGate::make(const Settings& settings, security::RandomSource& random) {
    auto quotas = quotas_of(settings);
    if (!quotas) return std::unexpected(quotas.error());
    auto failures = block_settings_of(settings, settings.block_failures);
    if (!failures) return std::unexpected(std::move(failures).error());
    auto breaches = block_settings_of(settings, settings.block_breaches);
    if (!breaches) return std::unexpected(std::move(breaches).error());
    auto limiter = security::RateLimiter::make(kMaxKeys, random);
    if (!limiter) return std::unexpected(std::move(limiter).error());
    RateGate gate(
        *std::move(quotas), *std::move(limiter),
        {security::BlockList(*std::move(failures), random), settings.block_failures != 0},
        {security::BlockList(*std::move(breaches), random), settings.block_breaches != 0});
    gate.block_settings_ = block_text(settings);
    return gate;
}

Status RateGate::reload(const Settings& settings, security::RandomSource& random) {
    auto next = make(settings, random);
    if (!next) return std::unexpected(std::move(next).error());
    quotas_ = next->quotas_;
    if (block_settings_ == next->block_settings_) return {};
    failures_ = std::move(next->failures_);
    breaches_ = std::move(next->breaches_);
    block_settings_ = next->block_settings_;
    return {};
}

RateVerdict RateGate::check_block(const security::IpAddress& client,
                                  security::MonotonicNanoseconds now) const {
    std::int64_t left_ns = 0;
    for (const Blocking* blocking : {&failures_, &breaches_}) {
        if (blocking->enabled) left_ns = std::max(left_ns, blocking->list.blocked_for(client, now));
    }
    if (left_ns == 0) return {};
    return {Error(ErrorCode::client_blocked), {retry_after(left_ns)}};
}

RateVerdict RateGate::count(const Counted& request, security::MonotonicNanoseconds now) {
    const std::string address = to_string(request.client);
    const std::vector<RateCheck> checks = checks_of(request, address);
    std::vector<RateDecision> decisions(checks.size());
    // What it returns is in the decisions too.
    static_cast<void>(limiter_.allow_all(checks, now, decisions));
    return verdict_of(checks, decisions);
}

std::vector<RateCheck> RateGate::checks_of(const Counted& request, std::string_view address) const {
    std::vector<RateCheck> checks;
    if (request.rate_class == RateClass::none) return checks;
    if (quotas_.ip) checks.push_back({"ip", address, *quotas_.ip});
    const std::string_view principal = request.principal;
    if (quotas_.key && !principal.empty()) checks.push_back({"key", principal, *quotas_.key});
    if (quotas_.enhance && request.rate_class == RateClass::enhance) {
        checks.push_back({"enhance", address, *quotas_.enhance});
    }
    for (const RouteLimit& limit : *quotas_.routes) {
        if (limit.path != request.path) continue;
        const std::string_view subject = subject_of(limit.subject, address, principal);
        if (!subject.empty()) checks.push_back({limit.name, subject, limit.quota});
    }
    return checks;
}

RateVerdict RateGate::verdict_of(std::span<const RateCheck> checks,
                                 std::span<const RateDecision> decisions) const {
    RateVerdict verdict;
    verdict.fields = security::rate_limit_headers(quotas_.form, checks, decisions);
    if (!std::ranges::all_of(decisions, &RateDecision::allowed))
        verdict.refusal = Error(ErrorCode::rate_limited);
    return verdict;
}

void RateGate::async_count(const Counted& request, security::MonotonicNanoseconds now,
                           std::move_only_function<void(RateVerdict)> done) {
    if (store_ == nullptr) return done(count(request, now));
    const std::string address = to_string(request.client);
    std::vector<RateCheck> checks = checks_of(request, address);
    if (checks.empty()) return done(count(request, now));
    store_->async_allow_all(
        checks,
        [this, checks, names = quotas_.routes, rate_class = request.rate_class,
         client = request.client, principal = std::string(request.principal), path = request.path,
         now, done = std::move(done)](const Result<std::vector<RateDecision>>& decisions) mutable {
            if (decisions) {
                // Headers tell of the limits, not of whom they count: the subjects have gone.
                for (RateCheck& check : checks) check.subject = {};
                return done(verdict_of(checks, *decisions));
            }
            if (fail_closed_) return done({decisions.error(), {}});
            ++counted_alone_;
            done(count({rate_class, client, principal, path}, now));
        });
}

std::int64_t RateGate::note_failure(const security::IpAddress& client,
                                    security::MonotonicNanoseconds now) {
    return failures_.enabled ? failures_.list.record_failure(client, now) : 0;
}

std::int64_t RateGate::note_breach(const security::IpAddress& client,
                                   security::MonotonicNanoseconds now) {
    return breaches_.enabled ? breaches_.list.record_failure(client, now) : 0;
}

void RateGate::note_success(const security::IpAddress& client) {
    failures_.list.record_success(client);
}

}  // namespace limpid::service
