#include "limpid/security/problem.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json_writer.hpp"
#include "limpid/security/json.hpp"

namespace limpid::security {
namespace {

struct Phrase {
    int status;
    std::string_view text;
};

// RFC 9110 section 15 and the IANA registry; 499 is nginx's.
constexpr std::array kPhrases = {
    Phrase{400, "Bad Request"},
    Phrase{401, "Unauthorized"},
    Phrase{402, "Payment Required"},
    Phrase{403, "Forbidden"},
    Phrase{404, "Not Found"},
    Phrase{409, "Conflict"},
    Phrase{410, "Gone"},
    Phrase{413, "Content Too Large"},
    Phrase{415, "Unsupported Media Type"},
    Phrase{422, "Unprocessable Content"},
    Phrase{429, "Too Many Requests"},
    Phrase{499, "Client Closed Request"},
    Phrase{500, "Internal Server Error"},
    Phrase{501, "Not Implemented"},
    Phrase{503, "Service Unavailable"},
    Phrase{507, "Insufficient Storage"},
};

std::string_view phrase_of(int status) {
    const auto* const found = std::ranges::find(kPhrases, status, &Phrase::status);
    if (found != kPhrases.end()) return found->text;
    return status < 500 ? "Bad Request" : "Internal Server Error";
}

void write_errors(JsonWriter& json, const std::vector<ProblemItem>& items) {
    json.key("errors").begin_array();
    for (const ProblemItem& item : items) {
        json.begin_object().key("pointer").raw(canonical_string(item.pointer));
        json.key("reason").raw(canonical_string(item.reason)).end_object();
    }
    json.end_array();
}

}  // namespace

std::string problem_json(const Error& error, const ProblemContext& context) {
    const ErrorInfo& info = describe(error.id());
    const bool open = info.visibility == ErrorVisibility::client;
    const bool blank = context.type_base.empty();
    JsonWriter json;
    const auto add = [&](std::string_view name, std::string_view value) {
        json.key(name).raw(canonical_string(value));
    };
    json.begin_object();
    add("code", info.code);
    if (open) {
        std::string detail(info.sentence);
        if (!error.found().empty()) detail.append(": ").append(error.found());
        add("detail", detail.append("; ").append(info.hint));
        if (!context.errors.empty()) write_errors(json, context.errors);
    }
    if (!context.instance.empty()) add("instance", context.instance);
    if (!context.request_id.empty()) add("request_id", context.request_id);
    json.key("status").value(info.http_status);
    add("title", blank || !open ? phrase_of(info.http_status) : info.sentence);
    add("type", blank ? "about:blank" : std::string(context.type_base) + std::string(info.code));
    json.end_object();
    return std::move(json).take();
}

}  // namespace limpid::security
