#include "fuzz/fuzz_target.hpp"
#include "limpid/security/json_rpc.hpp"

namespace limpid::fuzz {

std::string json_rpc(Input input) {
    const security::JsonRpcMessage message = security::parse_json_rpc(text_of(input));
    require(!message.calls.empty(), "every text gets a call or a refusal");
    std::vector<std::string> answers;
    std::string out = message.is_batch ? "batch" : "single";
    for (const security::JsonRpcCall& call : message.calls) {
        require(call.error.has_value() == call.method.empty(), "a call has a method or an error");
        if (call.error) {
            answers.push_back(security::json_rpc_error(call));
        } else if (call.id) {
            answers.push_back(security::json_rpc_result(*call.id, "true"));
        }
        out += call.error ? " " + std::to_string(static_cast<int>(*call.error)) : " ok";
    }
    if (const auto reply = security::json_rpc_reply(message, answers)) {
        require(security::parse_json_strict(*reply).has_value(), "a reply is strict JSON");
    }
    return out;
}

}  // namespace limpid::fuzz
