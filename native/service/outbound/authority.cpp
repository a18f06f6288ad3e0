#include "service/outbound/authority.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "limpid/digest.hpp"
#include "platform/printable.hpp"
#include "service/text.hpp"

namespace limpid::service::outbound {
namespace {

constexpr std::size_t kAnswerBytes = std::size_t{64} << 10U;
constexpr std::size_t kMaxUserBytes = 128;
constexpr std::size_t kMaxScopeBytes = 64;
constexpr std::size_t kMaxScopes = 32;
constexpr std::size_t kMaxHeaders = 16;

bool is_visible(char c) { return c > ' ' && c <= '~'; }

bool is_scope_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '_' || c == '-';
}

bool is_name_character(char c) {
    return is_scope_character(lower_case(std::string_view(&c, 1)).front()) && c != ':';
}

std::unexpected<Error> unavailable(std::string why) {
    return fail(ErrorCode::authority_unavailable, std::move(why));
}

/// The same for clients, whom it does not concern where it is and what it does.
std::unexpected<Error> unavailable() { return fail(ErrorCode::authority_unavailable); }

/// The value of a header that comes once; nothing otherwise.
std::optional<std::string> single_field(const Reply& reply, std::string_view name) {
    std::optional<std::string> value;
    for (const HeaderField& field : reply.fields) {
        if (!equal_ignoring_case(field.name, name)) continue;
        if (value) return std::nullopt;
        value = field.value;
    }
    return value;
}

bool has_field(const Reply& reply, std::string_view name) {
    return std::ranges::any_of(reply.fields, [&](const HeaderField& field) {
        return equal_ignoring_case(field.name, name);
    });
}

bool is_scope(const std::string& text) {
    return text.size() <= kMaxScopeBytes && std::ranges::all_of(text, is_scope_character);
}

/// What an answer of success says; what it does not say clearly lets nobody in.
Result<Principal> read_principal(const Reply& reply) {
    const auto user = single_field(reply, "X-Auth-User");
    if (!user || user->empty() || user->size() > kMaxUserBytes ||
        !std::ranges::all_of(*user, is_visible)) {
        return unavailable("its answer has not one X-Auth-User");
    }
    Principal principal;
    principal.id = "auth:" + *user;
    principal.grant.scopes = {"enhance:read", "enhance:submit"};
    if (!has_field(reply, "X-Auth-Scopes")) return principal;
    const auto scopes = single_field(reply, "X-Auth-Scopes");
    if (scopes) principal.grant.scopes = split(*scopes, ' ');
    if (!scopes || principal.grant.scopes.size() > kMaxScopes ||
        !std::ranges::all_of(principal.grant.scopes, is_scope)) {
        return unavailable("its answer has malformed X-Auth-Scopes");
    }
    return principal;
}

Result<Principal> read_verdict(const Result<Reply>& reply) {
    if (!reply) return unavailable(reply.error().found());
    if (reply->status / 100 == 2) return read_principal(*reply);
    if (reply->status == 401) return fail(ErrorCode::authority_refused);
    if (reply->status == 403) return fail(ErrorCode::apikey_not_permitted);
    return unavailable("its answer has the status " + std::to_string(reply->status));
}

}  // namespace

Result<std::vector<std::string>> parse_forwarded_headers(const std::string& text) {
    // What limpidd or HTTP itself says of the request.
    constexpr std::array<std::string_view, 6> kOwn = {
        "host", "content-length", "transfer-encoding", "connection", "te", "upgrade"};
    std::vector<std::string> names = split(text, ',');
    const bool fine = !names.empty() && names.size() <= kMaxHeaders &&
                      std::ranges::all_of(names, [&](const std::string& name) {
                          const std::string folded = lower_case(name);
                          return std::ranges::all_of(name, is_name_character) &&
                                 !folded.starts_with("x-forwarded-") &&
                                 std::ranges::find(kOwn, folded) == kOwn.end();
                      });
    if (fine) return names;
    return fail(ErrorCode::config_invalid_value,
                "auth_forward_headers: `" + platform::printable(text) +
                    "`; expected names of headers that carry credentials");
}

Authority::Authority(Client& client, Options options, Failed failed, Now now)
    : client_(client),
      options_(std::move(options)),
      failed_(std::move(failed)),
      now_(std::move(now)) {}

bool Authority::concerns(const RequestHead& head) const {
    return std::ranges::any_of(
        options_.headers, [&](const std::string& name) { return head.field(name).has_value(); });
}

std::string Authority::key_of(const RequestHead& head) const {
    // With the lengths in front, no two sets of headers make the same text.
    std::string text;
    for (const std::string& name : options_.headers) {
        const auto value = head.field(name);
        text += value ? std::to_string(value->size()) + ":" + *value + "," : "-,";
    }
    return to_hex(sha256(std::as_bytes(std::span(text))));
}

const Result<Principal>* Authority::find(const std::string& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) return nullptr;
    if (now_() >= found->second->until) {
        known_.erase(found->second);
        index_.erase(found);
        return nullptr;
    }
    known_.splice(known_.begin(), known_, found->second);
    return &found->second->verdict;
}

void Authority::keep(const std::string& key, const Result<Principal>& verdict) {
    const auto ttl = verdict ? options_.ttl : std::min(options_.ttl, kRefusalTime);
    if (ttl.count() == 0 || index_.contains(key)) return;
    if (known_.size() == kMaxCached) {
        index_.erase(known_.back().key);
        known_.pop_back();
    }
    known_.push_front({.key = key, .verdict = verdict, .until = now_() + ttl});
    index_[key] = known_.begin();
}

bool Authority::may_ask() {
    if (failures_ < kFailures) return true;
    if (is_trying_ || now_() < open_until_) return false;
    is_trying_ = true;
    return true;
}

Request Authority::question(const RequestHead& head, const security::IpAddress& client) const {
    Request request;
    request.url = options_.url;
    request.timeout = options_.timeout;
    request.max_body_bytes = kAnswerBytes;
    for (const std::string& name : options_.headers) {
        if (auto value = head.field(name)) request.fields.push_back({name, *std::move(value)});
    }
    request.fields.push_back({"X-Forwarded-For", to_string(client)});
    request.fields.push_back({"X-Forwarded-Method", head.method});
    request.fields.push_back(
        {"X-Forwarded-Uri", head.query.empty() ? head.path : head.path + "?" + head.query});
    return request;
}

void Authority::async_ask(const RequestHead& head, const security::IpAddress& client,
                          Authenticated done) {
    const std::string key = key_of(head);
    if (const Result<Principal>* const verdict = find(key)) {
        ++counts_.cached;
        Result<Principal> copy = *verdict;
        return done(std::move(copy));
    }
    const auto same = waiting_.find(key);
    const bool is_new = same == waiting_.end();
    if (waiting_count_ == kMaxWaiting || (is_new && waiting_.size() == kMaxQuestions) ||
        (is_new && !may_ask())) {
        ++counts_.skipped;
        return done(unavailable());
    }
    ++waiting_count_;
    if (!is_new) return same->second.push_back(std::move(done));
    waiting_[key].push_back(std::move(done));
    client_.async_send(question(head, client),
                       [this, key](const Result<Reply>& reply) { answered(key, reply); });
}

void Authority::note_failure(const Error& error) {
    failed_(error);
    ++counts_.failed;
    is_trying_ = false;
    failures_ = std::min(failures_ + 1, kFailures);
    if (failures_ == kFailures) open_until_ = now_() + kOpenTime;
}

void Authority::answered(const std::string& key, const Result<Reply>& reply) {
    Result<Principal> verdict = read_verdict(reply);
    if (!verdict && verdict.error().id() == ErrorCode::authority_unavailable) {
        note_failure(verdict.error());
        verdict = unavailable();
    } else {
        ++(verdict ? counts_.accepted : counts_.refused);
        failures_ = 0;
        is_trying_ = false;
        keep(key, verdict);
    }
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) return;
    auto waiting = std::move(found->second);
    waiting_.erase(found);
    waiting_count_ -= waiting.size();
    for (Authenticated& done : waiting) {
        Result<Principal> copy = verdict;
        done(std::move(copy));
    }
}

}  // namespace limpid::service::outbound
