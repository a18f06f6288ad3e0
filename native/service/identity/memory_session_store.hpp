#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "service/identity/session_store.hpp"

namespace limpid::service::identity {

/// Sessions in the memory of this process: they end with it, and no other process knows them. Full
/// of sessions that live it takes no new one, and ends nobody's; but of one user it keeps the
/// latest only, so that who may log in cannot fill it. Not thread-safe.
class MemorySessionStore final : public SessionStore {
public:
    static constexpr std::size_t kMaxPerUser = 32;

    /// @param capacity  sessions it holds at most.
    explicit MemorySessionStore(std::size_t capacity) noexcept : capacity_(capacity) {}

    void put(const Sha256& token, Session session, Done done) override;
    void find(const Sha256& token, security::UnixSeconds now, Found found) override;
    void remove(const Sha256& token, Done done) override;
    void remove_user(const std::string& user, Done done) override;

    /// Sessions held, expired ones included until they are looked for or room is needed.
    [[nodiscard]] std::size_t size() const noexcept { return sessions_.size(); }

private:
    void drop_expired(security::UnixSeconds now);
    void drop_oldest_beyond(const std::string& user, std::size_t most);

    std::size_t capacity_;
    std::map<Sha256, Session> sessions_;
};

}  // namespace limpid::service::identity
