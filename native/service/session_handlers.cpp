// The handlers of /v1/session and /v1/setup.

#include <chrono>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "platform/clock.hpp"
#include "service/identity/identity.hpp"
#include "service/json_request.hpp"
#include "service/problem_response.hpp"
#include "service/service.hpp"
#include "service/user_handlers.hpp"

namespace limpid::service {
namespace {

constexpr std::string_view kLoginMembers[] = {"name", "password"};
constexpr std::string_view kPasswordMembers[] = {"old_password", "new_password"};
constexpr std::string_view kSetupMembers[] = {"token", "name", "password"};

/// What both are asked with; `token` is empty for a login.
struct Credentials {
    std::string token;
    std::string name;
    security::Secret password;
};

Result<security::Secret> read_secret_member(const security::JsonView& object,
                                            std::string_view name) {
    const auto text = required_text(object, name);
    if (!text) return std::unexpected(text.error());
    return security::Secret::copy_of(security::as_bytes(*text));
}

Result<Credentials> read_credentials(const Exchange& exchange,
                                     std::span<const std::string_view> members) {
    const auto document = read_small_object(exchange.body, members);
    if (!document) return std::unexpected(document.error());
    Credentials credentials;
    for (const std::string_view member : members) {
        const auto text = required_text(document->root(), member);
        if (!text) return std::unexpected(text.error());
        if (member == "token") credentials.token = *text;
        if (member == "name") credentials.name = *text;
    }
    auto password = read_secret_member(document->root(), "password");
    if (!password) return std::unexpected(std::move(password).error());
    credentials.password = *std::move(password);
    return credentials;
}

Response session_response(const identity::LoggedIn& who) {
    const std::chrono::sys_time<std::chrono::milliseconds> end(
        std::chrono::seconds(who.session.expires_at.value));
    return json_response(nlohmann::json{{"user", who.user.name},
                                        {"role", std::string(to_string(who.user.role))},
                                        {"csrf_token", who.session.csrf_token},
                                        {"expires_at", platform::utc_timestamp(end)}}
                             .dump());
}

}  // namespace

bool UserHandlers::are_known(Exchange& exchange, Answer& answer) {
    if (identity_ != nullptr) return true;
    answer(service_.refuse(exchange, Error(ErrorCode::http_not_found)));
    return false;
}

void UserHandlers::set_up(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_known(*exchange, answer)) return;
    auto asked = read_credentials(*exchange, kSetupMembers);
    exchange->drop_body();
    if (!asked) return answer(service_.refuse(*exchange, asked.error()));
    identity_->set_up(
        asked->token, {.name = std::move(asked->name), .password = std::move(asked->password)},
        platform::wall_clock(),
        [this, exchange, answer = std::move(answer)](identity::Happened happened) mutable {
            if (happened.error && describe(happened.error->id()).http_status == 401) {
                service_.note_refused_login(*exchange, *happened.error);
            }
            answer_user(*exchange, std::move(happened), std::move(answer));
        });
}

void UserHandlers::log_in(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_known(*exchange, answer)) return;
    auto asked = read_credentials(*exchange, kLoginMembers);
    exchange->drop_body();
    if (!asked) return answer(service_.refuse(*exchange, asked.error()));
    identity_->log_in(
        exchange->head, asked->name, std::move(asked->password), platform::wall_clock(),
        [this, exchange,
         answer = std::move(answer)](Result<identity::Identity::Begun> begun) mutable {
            if (!begun) {
                if (begun.error().id() == ErrorCode::login_refused) {
                    service_.note_refused_login(*exchange, begun.error());
                }
                return answer(service_.refuse(*exchange, begun.error()));
            }
            service_.record("session.began", *exchange, {{"user", begun->who.user.name}});
            Response response = session_response(begun->who);
            response.fields.push_back({"Set-Cookie", std::move(begun->set_cookie)});
            answer(std::move(response));
        });
}

void UserHandlers::describe_session(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_known(*exchange, answer)) return;
    identity_->find(
        exchange->head, platform::wall_clock(),
        [this, exchange, answer = std::move(answer)](Result<identity::LoggedIn> who) mutable {
            // A key or a guest has none.
            if (!who && who.error().id() == ErrorCode::token_unknown) {
                return answer(service_.refuse(*exchange, Error(ErrorCode::http_not_found)));
            }
            answer(who ? session_response(*who) : service_.refuse(*exchange, who.error()));
        });
}

void UserHandlers::log_out(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_known(*exchange, answer)) return;
    identity_->log_out(
        exchange->head, [this, exchange, answer = std::move(answer)](Status ended) mutable {
            if (!ended) return answer(service_.refuse(*exchange, ended.error()));
            service_.record("session.ended", *exchange);
            Response response;
            response.status = 204;
            response.fields = {{"Set-Cookie", identity_->clearing_cookie(exchange->head)}};
            answer(std::move(response));
        });
}

void UserHandlers::change_password(const std::shared_ptr<Exchange>& exchange, Answer answer) {
    if (!are_known(*exchange, answer)) return;
    const auto document = read_small_object(exchange->body, kPasswordMembers);
    if (!document) return answer(service_.refuse(*exchange, document.error()));
    auto old_password = read_secret_member(document->root(), "old_password");
    if (!old_password) return answer(service_.refuse(*exchange, old_password.error()));
    auto new_password = read_secret_member(document->root(), "new_password");
    if (!new_password) return answer(service_.refuse(*exchange, new_password.error()));
    exchange->drop_body();
    identity_->change_own_password(
        exchange->head, *std::move(old_password), *std::move(new_password), platform::wall_clock(),
        [this, exchange, answer = std::move(answer)](identity::Happened happened) mutable {
            // A key or a guest has no password.
            if (happened.error && happened.error->id() == ErrorCode::token_unknown) {
                happened.error = Error(ErrorCode::http_not_found);
            }
            if (happened.error && happened.error->id() == ErrorCode::login_refused) {
                service_.note_refused_login(*exchange, *happened.error);
            }
            if (!happened.error) {
                exchange->fields.push_back(
                    {"Set-Cookie", identity_->clearing_cookie(exchange->head)});
            }
            answer_nothing(*exchange, std::move(happened), std::move(answer));
        });
}

}  // namespace limpid::service
