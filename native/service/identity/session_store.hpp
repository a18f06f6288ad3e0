#pragma once

#include <functional>
#include <optional>
#include <string>

#include "limpid/digest.hpp"
#include "limpid/error.hpp"
#include "limpid/security/types.hpp"

namespace limpid::service::identity {

/// Somebody who has logged in, for as long as that lasts.
struct Session {
    std::string user;
    /// What requests that change something must carry in X-CSRF-Token.
    std::string csrf_token;
    security::UnixSeconds began_at{};
    security::UnixSeconds expires_at{};
};

/// Keeps sessions under the SHA-256 of their token: who reads the store cannot log in with it.
/// Answers come from within the call or later, on the thread that called; the store must outlive
/// them. Not thread-safe.
class SessionStore {
public:
    SessionStore() = default;
    virtual ~SessionStore() = default;
    SessionStore(const SessionStore&) = delete;
    SessionStore& operator=(const SessionStore&) = delete;

    using Found = std::move_only_function<void(Result<std::optional<Session>>)>;
    using Done = std::move_only_function<void(Status)>;

    /// Keep a session until it expires. @return through `done`: token.store_full,
    /// store.unavailable.
    virtual void put(const Sha256& token, Session session, Done done) = 0;
    /// The session, if there is one that has not expired. @return through `found`:
    /// store.unavailable.
    virtual void find(const Sha256& token, security::UnixSeconds now, Found found) = 0;
    /// Forget a session; one that is not there is forgotten already. @return through `done`:
    /// store.unavailable.
    virtual void remove(const Sha256& token, Done done) = 0;
    /// Forget every session of a user. @return through `done`: store.unavailable.
    virtual void remove_user(const std::string& user, Done done) = 0;
};

}  // namespace limpid::service::identity
