#include "limpid/security/json_rpc.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace limpid::security::json_rpc_test {
namespace {

/// The server of the specification's examples.
std::optional<std::string> serve(std::string_view text) {
    const JsonRpcMessage message = parse_json_rpc(text);
    std::vector<std::string> answers;
    for (const JsonRpcCall& call : message.calls) {
        if (call.error) {
            answers.push_back(json_rpc_error(call));
        } else if (!call.id) {
            continue;
        } else if (call.method == "subtract" && call.params->type() == JsonType::array) {
            answers.push_back(
                json_rpc_result(*call.id, std::to_string(*call.params->at(0)->as_integer() -
                                                         *call.params->at(1)->as_integer())));
        } else if (call.method == "subtract") {
            answers.push_back(json_rpc_result(
                *call.id, std::to_string(*call.params->find("minuend")->as_integer() -
                                         *call.params->find("subtrahend")->as_integer())));
        } else if (call.method == "sum") {
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < call.params->size(); ++i) {
                sum += *call.params->at(i)->as_integer();
            }
            answers.push_back(json_rpc_result(*call.id, std::to_string(sum)));
        } else if (call.method == "get_data") {
            answers.push_back(json_rpc_result(*call.id, "[\"hello\",5]"));
        } else {
            answers.push_back(json_rpc_error(*call.id, -32601, "Method not found"));
        }
    }
    return json_rpc_reply(message, answers);
}

/// As canonical JSON, so that only meaning is compared.
std::string meaning(std::string_view json) {
    const auto document = parse_json_strict(json);
    return document ? document->root().canonical() : "not JSON: " + std::string(json);
}

void expect_answer(std::string_view request, std::string_view answer) {
    const auto got = serve(request);
    ASSERT_TRUE(got.has_value()) << request;
    EXPECT_EQ(meaning(*got), meaning(answer)) << request;
}

constexpr std::string_view kParseError =
    R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null})";
constexpr std::string_view kInvalid =
    R"({"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null})";

// JSON-RPC 2.0 specification, section 7, every example.
TEST(JsonRpc, F11_AnswersEveryExampleOfTheSpecification) {
    expect_answer(R"({"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":1})",
                  R"({"jsonrpc":"2.0","result":19,"id":1})");
    expect_answer(R"({"jsonrpc":"2.0","method":"subtract","params":[23,42],"id":2})",
                  R"({"jsonrpc":"2.0","result":-19,"id":2})");
    expect_answer(
        R"({"jsonrpc":"2.0","method":"subtract","params":{"subtrahend":23,"minuend":42},"id":3})",
        R"({"jsonrpc":"2.0","result":19,"id":3})");
    EXPECT_EQ(serve(R"({"jsonrpc":"2.0","method":"update","params":[1,2,3,4,5]})"), std::nullopt);
    EXPECT_EQ(serve(R"({"jsonrpc":"2.0","method":"foobar"})"), std::nullopt);
    expect_answer(
        R"({"jsonrpc":"2.0","method":"foobar","id":"1"})",
        R"({"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"1"})");
    expect_answer(R"({"jsonrpc":"2.0","method":"foobar,"params":"bar","baz])", kParseError);
    expect_answer(R"({"jsonrpc":"2.0","method":1,"params":"bar"})", kInvalid);
    expect_answer(
        R"([{"jsonrpc":"2.0","method":"sum","params":[1,2,4],"id":"1"},{"jsonrpc":"2.0","method"])",
        kParseError);
    expect_answer("[]", kInvalid);
    const std::string one(kInvalid);
    expect_answer("[1]", "[" + one + "]");
    expect_answer("[1,2,3]", "[" + one + "," + one + "," + one + "]");
    expect_answer(
        R"([{"jsonrpc":"2.0","method":"sum","params":[1,2,4],"id":"1"},
            {"jsonrpc":"2.0","method":"notify_hello","params":[7]},
            {"jsonrpc":"2.0","method":"subtract","params":[42,23],"id":"2"},
            {"foo":"boo"},
            {"jsonrpc":"2.0","method":"foo.get","params":{"name":"myself"},"id":"5"},
            {"jsonrpc":"2.0","method":"get_data","id":"9"}])",
        R"([{"jsonrpc":"2.0","result":7,"id":"1"},{"jsonrpc":"2.0","result":19,"id":"2"},)" + one +
            R"(,{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"5"},
            {"jsonrpc":"2.0","result":["hello",5],"id":"9"}])");
    EXPECT_EQ(serve(R"([{"jsonrpc":"2.0","method":"notify_sum","params":[1,2,4]},
                       {"jsonrpc":"2.0","method":"notify_hello","params":[7]}])"),
              std::nullopt);
}

TEST(JsonRpc, F11_RefusesHostileStructure) {
    const auto code_of = [](std::string_view text) {
        const JsonRpcMessage message = parse_json_rpc(text);
        return message.calls.size() == 1 ? message.calls[0].error : std::nullopt;
    };
    EXPECT_EQ(code_of(std::string(65, '[') + std::string(65, ']')),
              JsonRpcErrorCode::invalid_request);
    EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","method":"a","method":"b","id":1})"),
              JsonRpcErrorCode::parse_error);
    EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","method":"a","id":NaN})"), JsonRpcErrorCode::parse_error);
    EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","method":"\ud800","id":1})"),
              JsonRpcErrorCode::parse_error);
    EXPECT_EQ(code_of(R"({"jsonrpc":"2.0","method":"a","id":9007199254740992})"),
              JsonRpcErrorCode::parse_error);
    for (const char* text :
         {R"({"jsonrpc":"2.0","method":"a","id":1e300})",
          R"({"jsonrpc":"2.0","method":"a","id":true})",
          R"({"jsonrpc":"2.0","method":"a","id":[1]})", R"({"jsonrpc":"2.0","method":"a","id":{}})",
          R"({"jsonrpc":"1.0","method":"a","id":1})", R"({"jsonrpc":2.0,"method":"a","id":1})",
          R"({"method":"a","id":1})", R"({"jsonrpc":"2.0","method":"","id":1})",
          R"({"jsonrpc":"2.0","method":"rpc.x","id":1})", R"({"jsonrpc":"2.0","id":1})",
          R"({"jsonrpc":"2.0","method":"a","params":1,"id":1})",
          R"({"jsonrpc":"2.0","method":"a","params":null,"id":1})",
          R"({"jsonrpc":"2.0","method":"a","extra":0,"id":1})", "null", "\"x\""}) {
        EXPECT_EQ(code_of(text), JsonRpcErrorCode::invalid_request) << text;
    }
    std::string batch = "[1";
    for (int i = 0; i < 100; ++i) batch += ",1";
    EXPECT_EQ(code_of(batch + "]"), JsonRpcErrorCode::invalid_request);
    EXPECT_FALSE(parse_json_rpc(batch + "]").is_batch);
}

TEST(JsonRpc, F11_EchoesEveryIdAsItWasMeant) {
    for (const char* id :
         {"0", "1.5", "-1.25", "1e-7", "9007199254740991", "\"\"", "\"a\\\"b\"", "null"}) {
        const std::string text = std::string(R"({"jsonrpc":"2.0","method":"a","id":)") + id + "}";
        const JsonRpcMessage message = parse_json_rpc(text);
        ASSERT_TRUE(message.calls[0].id.has_value()) << id;
        EXPECT_EQ(message.calls[0].id->json(), id);
    }
    // An id that can be read is answered to even when the rest cannot.
    const JsonRpcMessage message = parse_json_rpc(R"({"jsonrpc":"3","method":"a","id":"7"})");
    EXPECT_EQ(json_rpc_error(message.calls[0]),
              R"({"error":{"code":-32600,"message":"Invalid Request"},"id":"7","jsonrpc":"2.0"})");
    EXPECT_EQ(
        json_rpc_error(JsonRpcId(), -32001, "no\n", "{\"a\":1}"),
        R"({"error":{"code":-32001,"data":{"a":1},"message":"no\n"},"id":null,"jsonrpc":"2.0"})");
}

TEST(MessageFramer, F10_RefusesAMessageBeforeItIsComplete) {
    constexpr std::uint64_t kLimit = 10 * 1024 * 1024;
    MessageFramer framer(kLimit);
    std::vector<std::string> messages;
    const std::string piece(64 * 1024, 'x');
    for (std::uint64_t sent = 0; sent < kLimit; sent += piece.size()) {
        ASSERT_TRUE(framer.push(piece, messages).has_value());
    }
    EXPECT_EQ(framer.held_bytes(), kLimit);
    const Status refused = framer.push("x", messages);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().id(), ErrorCode::json_too_large);
    EXPECT_EQ(framer.held_bytes(), 0u);
    EXPECT_FALSE(framer.push("\n{}\n", messages).has_value());
    EXPECT_TRUE(messages.empty());
}

TEST(MessageFramer, F10_CountsFragmentsTogether) {
    MessageFramer framer(10);
    std::vector<std::string> messages;
    ASSERT_TRUE(framer.push_fragment("12345", false, messages).has_value());
    ASSERT_TRUE(framer.push_fragment("67890", true, messages).has_value());
    ASSERT_TRUE(framer.push_fragment("12345", false, messages).has_value());
    EXPECT_FALSE(framer.push_fragment("678901", true, messages).has_value());
    EXPECT_EQ(messages, std::vector<std::string>{"1234567890"});
}

TEST(MessageFramer, CutsLinesHoweverTheyArrive) {
    const std::string stream = "{}\r\n\n[1]\n  \n\"x\"\nrest";
    for (std::size_t step = 1; step <= stream.size(); ++step) {
        MessageFramer framer(100);
        std::vector<std::string> messages;
        for (std::size_t at = 0; at < stream.size(); at += step) {
            ASSERT_TRUE(
                framer.push(std::string_view(stream).substr(at, step), messages).has_value());
        }
        EXPECT_EQ(messages, (std::vector<std::string>{"{}", "[1]", "\"x\""})) << step;
        EXPECT_EQ(framer.held_bytes(), 4u);
    }
}

}  // namespace
}  // namespace limpid::security::json_rpc_test
