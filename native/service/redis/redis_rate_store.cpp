#include "service/redis/redis_rate_store.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "crypto/hmac.hpp"
#include "limpid/security/encoding.hpp"

namespace limpid::service::redis {
namespace {

using security::MonotonicNanoseconds;
using security::RateCheck;
using security::RateDecision;
using security::RateQuota;

// Lua counts in doubles: whole numbers are exact below this, 104 days in nanoseconds.
constexpr std::int64_t kMaxExact = std::int64_t{1} << 53U;
constexpr std::size_t kNameBytes = 16;

std::int64_t tolerance_of(const RateQuota& quota) {
    return static_cast<std::int64_t>(quota.burst()) * quota.interval_ns();
}

/// What the script found stored, as debts against now, becomes decisions by the one rule.
Result<std::vector<RateDecision>> decisions_of(const RedisReply& reply,
                                               std::span<const RateQuota> quotas) {
    if (reply.list.size() != quotas.size()) return fail(ErrorCode::store_unavailable);
    std::vector<RateDecision> decisions;
    for (std::size_t i = 0; i < quotas.size(); ++i) {
        if (reply.list[i].type != RedisReply::Type::integer) {
            return fail(ErrorCode::store_unavailable);
        }
        decisions.push_back(
            decide_rate(quotas[i], reply.list[i].integer, MonotonicNanoseconds{.value = 0}));
    }
    return decisions;
}

}  // namespace

// A key holds the theoretical arrival time as seconds and nanoseconds, as a double could not hold
// both. The arithmetic is decide_rate()'s, and what is not a number counts as nothing. A time that
// the limit cannot have made (the clock was set back, the quota lowered) is set to its utmost, so
// that its key is not locked out until that time comes. Answers the debts as they were before.
const RedisScript RedisRateStore::kScript{R"(
local t = redis.call('TIME')
local s, ns = tonumber(t[1]), tonumber(t[2]) * 1000
local function keep(key, debt)
  local at = ns + debt
  redis.call('SET', key, string.format('%.0f.%.0f', s + math.floor(at / 1e9), at % 1e9),
             'PX', string.format('%.0f', math.ceil(debt / 1e6)))
end
local debts, all = {}, true
for i, key in ipairs(KEYS) do
  local interval, tolerance = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local at_s, at_ns = string.match(redis.call('GET', key) or '', '^(%d+)%.(%d+)$')
  local debt = 0
  if at_s then debt = (tonumber(at_s) - s) * 1e9 + (tonumber(at_ns) - ns) end
  if debt > tolerance then keep(key, tolerance) end
  debts[i] = math.max(0, math.min(debt, tolerance))
  all = all and debts[i] + interval <= tolerance
end
if all then
  for i, key in ipairs(KEYS) do keep(key, debts[i] + tonumber(ARGV[2 * i - 1])) end
end
return debts
)"};

Result<std::unique_ptr<RedisRateStore>> RedisRateStore::make(RedisClient& client,
                                                             const security::Secret& password) {
    const auto key = crypto::hmac_sha256(password.expose(),
                                         security::as_bytes("limpid: names of limits in Redis"));
    if (!key) return std::unexpected(key.error());
    return std::unique_ptr<RedisRateStore>(new RedisRateStore(client, *key));
}

Result<std::string> RedisRateStore::name_of(const RateCheck& check) const {
    // The length keeps ("a", "bc") and ("ab", "c") apart.
    const std::string text = std::to_string(check.policy.size()) + ":" + std::string(check.policy) +
                             std::string(check.subject);
    const auto digest =
        crypto::hmac_sha256(std::as_bytes(std::span(key_)), security::as_bytes(text));
    if (!digest) return std::unexpected(digest.error());
    return client_.prefix() + "rate:" +
           encode_base64(std::as_bytes(std::span(*digest)).first(kNameBytes),
                         security::Base64::url_unpadded);
}

void RedisRateStore::async_allow_all(std::span<const RateCheck> checks, Decided decided) {
    RedisCommand command{.script = &kScript, .words = {std::to_string(checks.size())}};
    std::vector<std::string> numbers;
    std::vector<RateQuota> quotas;
    for (const RateCheck& check : checks) {
        auto name = name_of(check);
        if (!name) return decided(std::unexpected(std::move(name).error()));
        if (tolerance_of(check.quota) >= kMaxExact / 2) {
            return decided(fail(ErrorCode::argument_invalid, "a window of more than 50 days"));
        }
        command.words.push_back(*std::move(name));
        numbers.push_back(std::to_string(check.quota.interval_ns()));
        numbers.push_back(std::to_string(tolerance_of(check.quota)));
        quotas.push_back(check.quota);
    }
    std::ranges::move(numbers, std::back_inserter(command.words));
    client_.run(std::move(command), [quotas = std::move(quotas), decided = std::move(decided)](
                                        Result<RedisReply> reply) mutable {
        if (!reply) return decided(std::unexpected(std::move(reply).error()));
        decided(decisions_of(*reply, quotas));
    });
}

}  // namespace limpid::service::redis
