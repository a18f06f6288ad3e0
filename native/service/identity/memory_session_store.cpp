#include "service/identity/memory_session_store.hpp"

#include <optional>
#include <utility>

namespace limpid::service::identity {

void MemorySessionStore::put(const Sha256& token, Session session, Done done) {
    drop_oldest_beyond(session.user, kMaxPerUser - 1);
    // A session begins now: the store needs no clock.
    if (sessions_.size() >= capacity_) drop_expired(session.began_at);
    if (sessions_.size() >= capacity_) return done(fail(ErrorCode::token_store_full));
    sessions_.insert_or_assign(token, std::move(session));
    done({});
}

void MemorySessionStore::find(const Sha256& token, security::UnixSeconds now, Found found) {
    const auto at = sessions_.find(token);
    if (at == sessions_.end()) return found(std::nullopt);
    if (at->second.expires_at <= now) {
        sessions_.erase(at);
        return found(std::nullopt);
    }
    found(at->second);
}

void MemorySessionStore::remove(const Sha256& token, Done done) {
    sessions_.erase(token);
    done({});
}

void MemorySessionStore::remove_user(const std::string& user, Done done) {
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second.user == user; });
    done({});
}

void MemorySessionStore::drop_expired(security::UnixSeconds now) {
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second.expires_at <= now; });
}

void MemorySessionStore::drop_oldest_beyond(const std::string& user, std::size_t most) {
    std::size_t count = 0;
    auto oldest = sessions_.end();
    for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
        if (at->second.user != user) continue;
        ++count;
        if (oldest == sessions_.end() || at->second.began_at < oldest->second.began_at) oldest = at;
    }
    if (count > most) sessions_.erase(oldest);
}

}  // namespace limpid::service::identity
