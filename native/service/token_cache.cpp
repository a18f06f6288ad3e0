#include "service/token_cache.hpp"

#include <algorithm>
#include <utility>

namespace limpid::service {

std::optional<Principal> TokenCache::find(const Sha256& token, security::UnixSeconds now) {
    const auto found = by_token_.find(token);
    if (found == by_token_.end()) return std::nullopt;
    const auto entry = found->second;
    // A clock that was set back makes nothing valid for longer.
    if (now >= entry->until || now < entry->verified_at) {
        entries_.erase(entry);
        by_token_.erase(found);
        return std::nullopt;
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->principal;
}

void TokenCache::keep(const Sha256& token, Principal principal, security::UnixSeconds expires_at,
                      security::UnixSeconds now) {
    const security::UnixSeconds until{std::min(expires_at.value, now.value + kMaxAgeS)};
    if (until <= now || by_token_.contains(token)) return;
    entries_.push_front({token, std::move(principal), now, until});
    by_token_.emplace(token, entries_.begin());
    if (entries_.size() <= kMaxTokens) return;
    by_token_.erase(entries_.back().token);
    entries_.pop_back();
}

}  // namespace limpid::service
