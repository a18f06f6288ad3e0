#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "fuzz/fuzz_target.hpp"
#include "limpid/security/json.hpp"
#include "native/service/rpc/rpc_session.hpp"

namespace limpid::fuzz {
namespace {

using namespace service::rpc;
using service::Response;

/// Looks at what is sent.
class Checked final : public RpcOutput {
public:
    void send(RpcAnswer answer) override {
        require(!is_ended, "nothing is sent after the end");
        require(security::parse_json_strict(answer.text).has_value(),
                "what is sent is strict JSON");
        require((answer.owner != nullptr) == !answer.frame.empty(), "frames have an owner");
        ++texts;
        if (answer.owner) ++frames;
    }
    void close(RpcClose) override { is_closed = true; }

    int texts = 0;
    int frames = 0;
    bool is_closed = false;
    bool is_ended = false;
};

/// Answers every second call at once, and the others at the end.
class Backend final : public RpcBackend {
public:
    void start(std::uint64_t key, RpcRequest request, Done done) override {
        ++calls;
        require(request.path.find_first_of("{? ") == std::string::npos, "paths are plain");
        require(request.path.starts_with('/'), "paths are absolute");
        if (key % 2 == 0) return done(answer(request));
        waiting[key] = {answer(request), std::move(done)};
    }
    void cancel(std::uint64_t key) override { waiting.erase(key); }

    void answer_all() {
        for (auto& [key, one] : std::exchange(waiting, {})) one.second(std::move(one.first));
    }
    static Response answer(const RpcRequest& request) {
        Response response;
        response.text = request.method->kind == RpcKind::enhance ? "picture" : "{}";
        if (request.body.size() == 3) {
            response.status = 422;
            response.text = R"({"code":"x.y"})";
        }
        return response;
    }

    std::map<std::uint64_t, std::pair<Response, Done>> waiting;
    int calls = 0;
};

}  // namespace

/// What comes over a connection: a message a line, those that begin with \x01 are frames. The first
/// byte says what the rules are.
std::string rpc_session(Input input) {
    std::string_view text = text_of(input);
    if (text.empty()) return "empty";
    const auto flags = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    Checked output;
    const auto backend = std::make_shared<Backend>();
    const auto session =
        std::make_shared<RpcSession>(RpcRules{.frames = (flags & 1U) != 0,
                                              .must_authenticate = (flags & 2U) != 0,
                                              .max_message_bytes = 1U << 20U,
                                              .max_calls = 4},
                                     backend, output);
    while (!text.empty() && !output.is_closed) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.starts_with('\x01')) {
            session->take_frame(std::string(line.substr(1)));
        } else {
            session->take_text(line);
        }
        require(session->calls() <= 4, "calls in progress are bounded");
    }
    if ((flags & 4U) != 0) backend->answer_all();
    session->end();
    output.is_ended = true;
    require(session->calls() == 0 && backend->waiting.empty(), "the end ends every call");
    return std::to_string(backend->calls) + " calls " + std::to_string(output.texts) + " texts " +
           std::to_string(output.frames) + " frames" + (output.is_closed ? " closed" : "");
}

}  // namespace limpid::fuzz
