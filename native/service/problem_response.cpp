#include "service/problem_response.hpp"

#include <utility>

#include "limpid/security/problem.hpp"

namespace limpid::service {
namespace {

std::string problem_text(const Error& error, std::string_view request_id) {
    security::ProblemContext context;
    context.request_id = request_id;
    return security::problem_json(error, context);
}

}  // namespace

Response problem_response(const Error& error, std::string_view request_id) {
    Response response;
    response.status = describe(error.id()).http_status;
    response.fields.push_back({"Content-Type", std::string(security::kProblemMediaType)});
    response.fields.push_back({"Cache-Control", "no-store"});
    if (response.status == 401) {
        response.fields.push_back({"WWW-Authenticate", R"(Bearer realm="limpid")"});
        // Which of expired, revoked and unknown a key is would help whoever guesses. A login is
        // refused for one reason only.
        const bool is_login = error.id() == ErrorCode::login_refused;
        const Error refused(is_login ? ErrorCode::login_refused : ErrorCode::apikey_missing);
        response.text = problem_text(refused, request_id);
        return response;
    }
    // A queue that is full, a worker that starts, a service that ends: soon over. A lockdown is
    // not.
    if (response.status == 503) {
        const bool is_long = error.id() == ErrorCode::service_lockdown;
        response.fields.push_back({"Retry-After", is_long ? "60" : "1"});
    }
    response.text = problem_text(error, request_id);
    return response;
}

Response json_response(std::string json) {
    Response response;
    response.fields = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
    response.text = std::move(json);
    return response;
}

}  // namespace limpid::service
