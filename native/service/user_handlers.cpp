// The handlers of /v1/users.

#include "service/user_handlers.hpp"

#include <chrono>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "platform/clock.hpp"
#include "service/identity/identity.hpp"
#include "service/json_request.hpp"
#include "service/problem_response.hpp"
#include "service/service.hpp"

namespace limpid::service {
namespace {

using identity::User;
using identity::UserEvent;

constexpr std::string_view kNewMembers[] = {"name", "password", "role"};
constexpr std::string_view kChangeMembers[] = {"disabled", "password", "role"};

nlohmann::json json_of(const User& user) {
    const std::chrono::sys_time<std::chrono::milliseconds> created(
        std::chrono::seconds(user.created_at.value));
    return {{"id", user.id},
            {"name", user.name},
            {"role", std::string(to_string(user.role))},
            {"created", platform::utc_timestamp(created)},
            {"disabled", user.disabled}};
}

Result<identity::Role> role_of(std::string_view name) {
    const auto role = identity::parse_role(name);
    if (role) return *role;
    return fail(ErrorCode::argument_invalid, "role is viewer, editor or admin");
}

Result<identity::NewUser> read_new_user(const Exchange& exchange) {
    const auto document = read_small_object(exchange.body, kNewMembers);
    if (!document) return std::unexpected(document.error());
    const auto name = required_text(document->root(), "name");
    if (!name) return std::unexpected(name.error());
    const auto password = required_text(document->root(), "password");
    if (!password) return std::unexpected(password.error());
    const auto role_name = required_text(document->root(), "role");
    if (!role_name) return std::unexpected(role_name.error());
    const auto role = role_of(*role_name);
    if (!role) return std::unexpected(role.error());
    auto secret = security::Secret::copy_of(security::as_bytes(*password));
    if (!secret) return std::unexpected(std::move(secret).error());
    return identity::NewUser{
        .name = std::string(*name), .role = *role, .password = *std::move(secret)};
}

struct Change {
    identity::UserChange change;
    std::optional<security::Secret> password;
};

Result<Change> read_change(const Exchange& exchange) {
    const auto document = read_small_object(exchange.body, kChangeMembers);
    if (!document) return std::unexpected(document.error());
    Change asked;
    const auto role_name = optional_text(document->root(), "role");
    if (!role_name) return std::unexpected(role_name.error());
    if (*role_name) {
        const auto role = role_of(**role_name);
        if (!role) return std::unexpected(role.error());
        asked.change.role = *role;
    }
    if (const auto disabled = document->root().find("disabled")) {
        asked.change.disabled = disabled->as_boolean();
        if (!asked.change.disabled) {
            return fail(ErrorCode::argument_invalid, "disabled is true or false");
        }
    }
    const auto password = optional_text(document->root(), "password");
    if (!password) return std::unexpected(password.error());
    if (*password) {
        auto secret = security::Secret::copy_of(security::as_bytes(**password));
        if (!secret) return std::unexpected(std::move(secret).error());
        asked.password = *std::move(secret);
    }
    return asked;
}

}  // namespace

void UserHandlers::record(const Exchange* exchange, const UserEvent& event) {
    audit::Details details = {{"user", event.user.name},
                              {"role", std::string(to_string(event.user.role))}};
    if (exchange != nullptr) return service_.record(event.name, *exchange, std::move(details));
    details["by"] = "limpidd users";
    service_.auditor().note({.name = std::string(event.name), .details = std::move(details)});
}

void UserHandlers::answer_user(Exchange& exchange, identity::Happened happened, Answer answer) {
    if (happened.error) return answer(service_.refuse(exchange, *happened.error));
    const User* user = nullptr;
    for (const UserEvent& event : happened.events) {
        record(&exchange, event);
        if (exchange.path_id.empty() || event.user.id == exchange.path_id) user = &event.user;
    }
    // A change to what was so already is none.
    if (user == nullptr) user = identity_->accounts().find_id(exchange.path_id);
    if (user == nullptr) return answer(service_.refuse(exchange, Error(ErrorCode::user_not_found)));
    answer(json_response(json_of(*user).dump()));
}

void UserHandlers::answer_nothing(Exchange& exchange, identity::Happened happened, Answer answer) {
    if (happened.error) return answer(service_.refuse(exchange, *happened.error));
    for (const UserEvent& event : happened.events) record(&exchange, event);
    Response response;
    response.status = 204;
    answer(std::move(response));
}

void UserHandlers::list(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_known(*exchange, answer)) return;
    nlohmann::json users = nlohmann::json::array();
    for (const User& user : identity_->accounts().users()) users.push_back(json_of(user));
    answer(json_response(nlohmann::json{{"users", std::move(users)}}.dump()));
}

void UserHandlers::create(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_known(*exchange, answer)) return;
    auto user = read_new_user(*exchange);
    exchange->drop_body();
    if (!user) return answer(service_.refuse(*exchange, user.error()));
    identity_->add_user(
        *std::move(user), platform::wall_clock(),
        [this, exchange, answer = std::move(answer)](identity::Happened happened) mutable {
            answer_user(*exchange, std::move(happened), std::move(answer));
        });
}

void UserHandlers::change(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_known(*exchange, answer)) return;
    auto asked = read_change(*exchange);
    exchange->drop_body();
    if (!asked) return answer(service_.refuse(*exchange, asked.error()));
    identity_->change_user(
        exchange->path_id, asked->change, std::move(asked->password), platform::wall_clock(),
        [this, exchange, answer = std::move(answer)](identity::Happened happened) mutable {
            answer_user(*exchange, std::move(happened), std::move(answer));
        });
}

void UserHandlers::remove(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_known(*exchange, answer)) return;
    identity_->remove_user(exchange->path_id, [this, exchange, answer = std::move(answer)](
                                                  identity::Happened happened) mutable {
        answer_nothing(*exchange, std::move(happened), std::move(answer));
    });
}

void UserHandlers::note_changes() {
    if (identity_ == nullptr) return;
    identity_->refresh([this](const identity::Happened& happened) {
        // Once for each time that it begins to fail.
        if (happened.error && !unreadable_) service_.log().error(*happened.error, {});
        unreadable_ = happened.error.has_value();
        for (const UserEvent& event : happened.events) record(nullptr, event);
    });
}

}  // namespace limpid::service
