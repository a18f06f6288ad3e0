#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "fuzz/fuzz_target.hpp"
#include "native/worker/message.hpp"
#include "native/worker/protocol.hpp"

namespace limpid::fuzz {
namespace {

/// What was read is written as what reads back the same.
template <class T>
void require_round_trip(const T& value, std::optional<T> (*parse)(std::string_view)) {
    const std::string json = to_json(value);
    require(json.size() <= worker::kMaxMessageBytes, "what was read fits into a message");
    const auto again = parse(json);
    require(again && to_json(*again) == json, "a message reads back as itself");
}

std::string verdict_on(const worker::Reply& reply) {
    if (!reply.error) return "reply";
    // It goes to the client: 1024 bytes, each of which may have become `\xNN`.
    const std::string& found = reply.error->found();
    require(found.size() <= 4096, "the text of an error is bounded");
    require(std::ranges::none_of(found, [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }),
            "the text of an error is one line");
    return "reply " + std::string(reply.error->code());
}

}  // namespace

/// The JSON of a message between the service and a worker, whichever it is.
std::string worker_message(Input input) {
    const std::string_view text = text_of(input);
    if (const auto hello = worker::parse_hello(text)) {
        require_round_trip(*hello, worker::parse_hello);
        return "hello";
    }
    if (const auto request = worker::parse_request(text)) {
        require_round_trip(*request, worker::parse_request);
        require(!request->options.recipe && request->options.lut == nullptr,
                "recipe and table come as text");
        return "request";
    }
    if (const auto reply = worker::parse_reply(text)) {
        require_round_trip(*reply, worker::parse_reply);
        return verdict_on(*reply);
    }
    return "none";
}

}  // namespace limpid::fuzz
