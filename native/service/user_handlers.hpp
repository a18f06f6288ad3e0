#pragma once

#include <memory>

#include "service/exchange.hpp"

namespace limpid::service {

class Service;

namespace identity {
class Identity;
struct Happened;
struct UserEvent;
}  // namespace identity

/// The handlers of /v1/setup, /v1/session and /v1/users. Lives in its service, on the thread of
/// that.
class UserHandlers {
public:
    explicit UserHandlers(Service& service) noexcept : service_(service) {}
    UserHandlers(const UserHandlers&) = delete;
    UserHandlers& operator=(const UserHandlers&) = delete;
    ~UserHandlers() = default;

    /// Who knows users and sessions. Borrowed; null: there are none.
    void attach(identity::Identity* identity) noexcept { identity_ = identity; }
    [[nodiscard]] identity::Identity* identity() const noexcept { return identity_; }

    /// Handlers of the route table.
    void set_up(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void log_in(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void describe_session(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void log_out(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void change_password(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void list(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void create(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void change(const std::shared_ptr<Exchange>& exchange, Answer answer);
    void remove(const std::shared_ptr<Exchange>& exchange, Answer answer);

    /// Put on record what other processes did to users since the last call.
    void note_changes();

private:
    /// Otherwise the request is answered.
    [[nodiscard]] bool are_known(Exchange& exchange, Answer& answer);
    /// Record what happened to users, and answer with the one that was meant.
    void answer_user(Exchange& exchange, identity::Happened happened, Answer answer);
    /// The same without saying anything about the user.
    void answer_nothing(Exchange& exchange, identity::Happened happened, Answer answer);
    /// @param exchange  null: another process did it.
    void record(const Exchange* exchange, const identity::UserEvent& event);

    Service& service_;
    identity::Identity* identity_ = nullptr;
    bool unreadable_ = false;
};

}  // namespace limpid::service
