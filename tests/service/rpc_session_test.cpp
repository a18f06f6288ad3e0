#include "native/service/rpc/rpc_session.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "limpid/security/json.hpp"
#include "native/service/routes.hpp"
#include "native/service/rpc/rpc_desk.hpp"
#include "rpc_fake.hpp"

namespace limpid::service::rpc {
namespace {

using security::parse_json_strict;

std::string meaning(std::string_view json) {
    const auto document = parse_json_strict(json);
    return document ? document->root().canonical() : "not JSON: " + std::string(json);
}

Response response_of(std::string text, int status = 200) {
    Response response;
    response.status = status;
    response.text = std::move(text);
    return response;
}

class Session : public testing::Test {
protected:
    void begin(RpcRules rules) {
        backend = std::make_shared<Held>();
        session = std::make_shared<RpcSession>(rules, backend, sent);
    }
    /// What is answered to a message; empty for nothing.
    std::string reply(std::string_view text) {
        const std::size_t before = sent.answers.size();
        session->take_text(text);
        return sent.answers.size() == before ? "" : sent.answers.back().text;
    }
    void expect_reply(std::string_view text, std::string_view answer) {
        EXPECT_EQ(meaning(reply(text)), meaning(answer)) << text;
    }
    /// The code of the error that is answered.
    std::int64_t error_of(std::string_view text) {
        const auto document = parse_json_strict(reply(text));
        if (!document) return 0;
        const auto error = document->root().find("error");
        return error ? error->find("code")->as_integer().value_or(0) : 1;
    }

    Sent sent;
    std::shared_ptr<Held> backend;
    std::shared_ptr<RpcSession> session;
};

constexpr std::string_view kParseError =
    R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null})";
constexpr std::string_view kInvalid =
    R"({"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null})";

// The examples of JSON-RPC 2.0, section 7, with `ping`, which gives its parameters back, for the
// methods that they assume.
TEST_F(Session, F11_TheExamplesOfTheSpecification) {
    begin({.frames = true});
    expect_reply(R"({"jsonrpc": "2.0", "method": "ping", "params": [42, 23], "id": 1})",
                 R"({"jsonrpc": "2.0", "result": {"echo":[42,23]}, "id": 1})");
    expect_reply(
        R"({"jsonrpc": "2.0", "method": "ping", "params": {"subtrahend": 23, "minuend": 42}, "id": 3})",
        R"({"jsonrpc": "2.0", "result": {"echo":{"minuend":42,"subtrahend":23}}, "id": 3})");
    EXPECT_EQ(reply(R"({"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]})"), "");
    EXPECT_EQ(reply(R"({"jsonrpc": "2.0", "method": "foobar"})"), "");
    expect_reply(
        R"({"jsonrpc": "2.0", "method": "foobar", "id": "1"})",
        R"({"jsonrpc": "2.0", "error": {"code": -32601, "message": "Method not found"}, "id": "1"})");
    expect_reply(R"({"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz])", kParseError);
    expect_reply(R"({"jsonrpc": "2.0", "method": 1, "params": "bar"})", kInvalid);
    expect_reply(R"([{"jsonrpc": "2.0", "method": "sum", "id": "1"}, {"jsonrpc": "2.0", "method")",
                 kParseError);
    expect_reply("[]", kInvalid);
    const std::string one(kInvalid);
    expect_reply("[1]", "[" + one + "]");
    expect_reply("[1,2,3]", "[" + one + "," + one + "," + one + "]");
    EXPECT_EQ(reply(R"([{"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
                        {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}])"),
              "");
    EXPECT_TRUE(sent.closed.empty());
}

TEST_F(Session, F11_ABatchOfEveryKind) {
    begin({.frames = true});
    const std::string answer = reply(R"([
        {"jsonrpc": "2.0", "method": "ping", "params": [1,2,4], "id": "1"},
        {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
        {"jsonrpc": "2.0", "method": "ping", "params": [42,23], "id": "2"},
        {"foo": "boo"},
        {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
        {"jsonrpc": "2.0", "method": "ping", "id": "9"}])");
    const auto document = parse_json_strict(answer);
    ASSERT_TRUE(document.has_value()) << answer;
    EXPECT_EQ(document->root().size(), 5U);
    for (const char* part : {R"("id":"1")", R"("id":"2")", R"("id":"5")", R"("id":"9")", "-32600",
                             "-32601", R"({"echo":[1,2,4]})", R"({"echo":null})"}) {
        EXPECT_NE(document->root().canonical().find(part), std::string::npos) << part;
    }
}

TEST_F(Session, F11_ABatchIsAnsweredWhenItsLastCallHasEnded) {
    begin({.frames = true});
    backend->answers_at_once = false;
    EXPECT_EQ(reply(R"([{"jsonrpc":"2.0","method":"ping","id":1},
                        {"jsonrpc":"2.0","method":"ping","id":2}])"),
              "");
    backend->answer(1, response_of("{}"));
    EXPECT_TRUE(sent.answers.empty());
    backend->answer(0, response_of("{}"));
    ASSERT_EQ(sent.answers.size(), 1U);
    EXPECT_EQ(parse_json_strict(sent.answers[0].text)->root().size(), 2U);
}

TEST_F(Session, F11_WhatReadersCouldTakeDifferently) {
    begin({.frames = true});
    std::string deep(70, '[');
    deep += std::string(70, ']');
    EXPECT_EQ(error_of(R"({"jsonrpc":"2.0","method":"ping","id":1,"params":)" + deep + "}"),
              -32600);
    for (const char* text : {R"({"jsonrpc":"2.0","method":"ping","method":"ping","id":1})",
                             R"({"jsonrpc":"2.0","method":"ping","id":NaN})",
                             R"({"jsonrpc":"2.0","method":"ping","id":1,"params":["\ud800"]})",
                             R"({"jsonrpc":"2.0","method":"ping","id":1,"params":{"__proto__":1}})",
                             R"({"jsonrpc":"2.0","method":"ping","id":9007199254740993})",
                             R"({"jsonrpc":"2.0","method":"ping","id":true})",
                             R"({"jsonrpc":"1.0","method":"ping","id":1})",
                             R"({"jsonrpc":"2.0","method":"ping","id":1,"more":1})",
                             R"({"jsonrpc":"2.0","method":"rpc.ping","id":1})", "\xff", ""}) {
        const auto code = error_of(text);
        EXPECT_TRUE(code == -32700 || code == -32600) << code << " " << text;
    }
    EXPECT_TRUE(backend->requests.empty());
}

TEST_F(Session, F4_IdsComeBackAsTheyWere) {
    begin({});
    for (const char* id : {"0", "\"\"", "null", "1.5", "-3", "\"1\"", "9007199254740991"}) {
        const std::string text = R"({"jsonrpc":"2.0","method":"ping","id":)" + std::string(id);
        const std::string answer = reply(text + "}");
        EXPECT_NE(answer.find("\"id\":" + std::string(id)), std::string::npos) << answer;
    }
}

TEST_F(Session, F4_BeforeAuthenticationNothingButInitialize) {
    begin({.must_authenticate = true});
    for (const char* method : {"ping", "enhance", "jobs.get", "nonsense"}) {
        EXPECT_EQ(error_of(R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) + "\"}"),
                  -32001);
    }
    EXPECT_TRUE(backend->requests.empty());
    EXPECT_EQ(error_of(R"({"jsonrpc":"2.0","id":1,"method":"initialize"})"), 1);
    backend->answers_at_once = false;
    reply(R"({"jsonrpc":"2.0","id":1,"method":"authenticate","params":{"token":"wrong"}})");
    EXPECT_EQ(backend->requests.back().token, "wrong");
    backend->answer(backend->waiting.begin()->first,
                    response_of(R"({"code":"apikey.missing"})", 401));
    EXPECT_NE(sent.answers.back().text.find("-32001"), std::string::npos);
    EXPECT_FALSE(session->is_authenticated());
    backend->answers_at_once = true;
    EXPECT_EQ(
        error_of(R"({"jsonrpc":"2.0","id":1,"method":"authenticate","params":{"token":"x"}})"), 1);
    EXPECT_TRUE(session->is_authenticated());
    EXPECT_EQ(error_of(R"({"jsonrpc":"2.0","id":1,"method":"ping"})"), 1);
}

TEST_F(Session, F10_AnOversizeIsAnInvalidRequestAndTheEnd) {
    begin({});
    session->refuse_oversize();
    EXPECT_EQ(meaning(sent.answers.at(0).text), meaning(kInvalid));
    EXPECT_EQ(sent.closed, std::vector{RpcClose::too_big});
}

TEST_F(Session, ParametersAreThoseOfHttp) {
    begin({});
    reply(R"({"jsonrpc":"2.0","id":1,"method":"enhance","params":{"image":"AAEC","format":"png",
              "strength":0.5,"quality":80,"preset":"vivid","recipe":{"b":1,"a":"é&"}}})");
    ASSERT_EQ(backend->requests.size(), 1U);
    const RpcRequest& request = backend->requests[0];
    EXPECT_EQ(request.body, std::string("\0\1\2", 3));
    EXPECT_EQ(request.path, "/v1/enhance");
    EXPECT_EQ(request.query,
              "format=png&preset=vivid&quality=80&recipe=%7B%22a%22%3A%22%C3%A9%26%22%2C%22b%22%3A1"
              "%7D&strength=0.5");
    reply(R"({"jsonrpc":"2.0","id":1,"method":"enhance","params":{"image":"AAEC","width":640,
              "height":480,"fit":"cover","enlarge":true}})");
    EXPECT_EQ(backend->requests.back().query, "enlarge=true&fit=cover&height=480&width=640");
    reply(R"({"jsonrpc":"2.0","id":1,"method":"jobs.get","params":{"id":"ab12"}})");
    EXPECT_EQ(backend->requests.back().path, "/v1/jobs/ab12");
    for (const char* params :
         {R"({"image":"AAEC","other":1})", R"({"image":"AAE"})", R"({"image":"AA EC"})",
          R"({"image":1})", R"({"format":"png"})", R"([])", R"({"image":"AAEC","quality":"80"})",
          R"({"image":"AAEC","width":"640"})", R"({"image":"AAEC","enlarge":1})",
          R"({"image":{"frame":true}})", R"({"image":{"frame":false}})"}) {
        EXPECT_EQ(error_of(R"({"jsonrpc":"2.0","id":1,"method":"enhance","params":)" +
                           std::string(params) + "}"),
                  -32602)
            << params;
    }
    for (const char* id : {"", "a/b", "..", "a?b", "%2f"}) {
        EXPECT_EQ(error_of(R"({"jsonrpc":"2.0","id":1,"method":"jobs.get","params":{"id":")" +
                           std::string(id) + "\"}}"),
                  -32602)
            << id;
    }
    EXPECT_EQ(backend->requests.size(), 3U);
}

TEST_F(Session, FramesComeAndGoBehindTheirCall) {
    begin({.frames = true});
    constexpr std::string_view kCall =
        R"({"jsonrpc":"2.0","id":7,"method":"enhance","params":{"image":{"frame":true}}})";
    EXPECT_EQ(reply(kCall), "");
    session->take_frame("bytes");
    ASSERT_EQ(sent.answers.size(), 1U);
    EXPECT_EQ(backend->requests.at(0).body, "bytes");
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(sent.answers[0].frame.data()),
                          sent.answers[0].frame.size()),
              "picture");
    EXPECT_NE(sent.answers[0].text.find(R"("image":{"frame":true})"), std::string::npos);
    // Another message in its place.
    EXPECT_EQ(reply(kCall), "");
    EXPECT_EQ(error_of(R"({"jsonrpc":"2.0","id":8,"method":"ping"})"), 1);
    EXPECT_NE(sent.answers.at(1).text.find("-32602"), std::string::npos);
    EXPECT_NE(sent.answers.at(1).text.find("\"id\":7"), std::string::npos);
    // A batch cannot say whose image follows.
    EXPECT_NE(reply("[" + std::string(kCall) + "]").find("-32602"), std::string::npos);
    session->take_frame("nobody's");
    EXPECT_EQ(sent.closed, std::vector{RpcClose::unsupported});
}

TEST_F(Session, ResultsWithoutFramesAreBase64AndBounded) {
    begin({.max_message_bytes = 2000});
    backend->answers_at_once = false;
    const std::string_view call =
        R"({"jsonrpc":"2.0","id":1,"method":"enhance","params":{"image":"AAEC"}})";
    reply(call);
    backend->answer(0, response_of("picture"));
    EXPECT_NE(sent.answers.at(0).text.find(R"("image":"cGljdHVyZQ==")"), std::string::npos);
    reply(call);
    backend->answer(1, response_of(std::string(2000, 'x')));
    EXPECT_NE(sent.answers.at(1).text.find("json.too_large"), std::string::npos);
}

TEST_F(Session, CallsInProgressAreBoundedAndCancelled) {
    begin({.frames = true, .max_calls = 3});
    backend->answers_at_once = false;
    for (const char* id : {"1", "\"1\"", "2"}) {
        EXPECT_EQ(reply(R"({"jsonrpc":"2.0","method":"ping","id":)" + std::string(id) + "}"), "");
    }
    EXPECT_NE(reply(R"({"jsonrpc":"2.0","method":"ping","id":3})").find("service.busy"),
              std::string::npos);
    const std::string cancelled =
        reply(R"({"jsonrpc":"2.0","method":"$/cancel","params":{"id":"1"}})");
    EXPECT_NE(cancelled.find("run.cancelled"), std::string::npos);
    EXPECT_NE(cancelled.find(R"("id":"1")"), std::string::npos);
    EXPECT_EQ(backend->cancelled, std::vector<std::uint64_t>{1});
    EXPECT_EQ(session->calls(), 2U);
    session->end();
    EXPECT_EQ(backend->cancelled.size(), 3U);
    const std::size_t before = sent.answers.size();
    backend->answer(0, response_of("{}"));
    session->take_text("{}");
    EXPECT_EQ(sent.answers.size(), before);
}

TEST_F(Session, F6_NonsenseEndsTheConnection) {
    begin({.frames = true});
    for (int i = 0; i < 32; ++i) reply("nonsense");
    EXPECT_TRUE(sent.closed.empty());
    reply("nonsense");
    EXPECT_EQ(sent.closed.at(0), RpcClose::policy);
}

TEST_F(Session, F5_ABlockEndsTheConnection) {
    begin({.frames = true});
    backend->answers_at_once = false;
    reply(R"({"jsonrpc":"2.0","method":"ping","id":1})");
    Response blocked = response_of(R"({"code":"client.blocked","status":429})", 429);
    blocked.fields = {{"Retry-After", "300"}};
    backend->answer(0, std::move(blocked));
    EXPECT_NE(sent.answers.at(0).text.find(R"("retry_after_s":300)"), std::string::npos);
    EXPECT_EQ(sent.closed, std::vector{RpcClose::policy});
}

TEST_F(Session, F5_TheAnswerComesBeforeTheEnd) {
    begin({.frames = true});
    class Blocked final : public RpcBackend {
    public:
        void start(std::uint64_t, RpcRequest, Done done) override {
            done(response_of(R"({"code":"client.blocked"})", 429));
        }
        void cancel(std::uint64_t) override {}
    };
    class Ends final : public RpcOutput {
    public:
        void send(RpcAnswer answer) override { texts.push_back(std::move(answer.text)); }
        void close(RpcClose) override { session->end(); }
        std::vector<std::string> texts;
        RpcSession* session = nullptr;
    } output;
    session = std::make_shared<RpcSession>(RpcRules(), std::make_shared<Blocked>(), output);
    output.session = session.get();
    session->take_text(R"([{"jsonrpc":"2.0","method":"ping","id":1},
                           {"jsonrpc":"2.0","method":"ping","id":2}])");
    ASSERT_EQ(output.texts.size(), 1U);
    EXPECT_EQ(parse_json_strict(output.texts[0])->root().size(), 2U);
}

TEST_F(Session, EventsBecomeNotifications) {
    begin({.frames = true});
    backend->answers_at_once = false;
    EXPECT_EQ(reply(R"({"jsonrpc":"2.0","method":"jobs.subscribe","id":5,"params":{"id":"a"}})"),
              "");
    const auto stream = std::make_shared<BodyStream>();
    stream->push("id: 1\nevent: status\ndata: {\"n\":1}\n\n:\n\n");
    Response response;
    response.stream = stream;
    backend->answer(0, std::move(response));
    ASSERT_EQ(sent.answers.size(), 2U);
    EXPECT_EQ(
        meaning(sent.answers[1].text),
        meaning(
            R"({"jsonrpc":"2.0","method":"job.event","params":{"job":{"n":1},"subscription":5}})"));
    stream->push("data: {\"n\"");
    stream->push(":2}\n\n");
    EXPECT_EQ(sent.answers.size(), 3U);
    session->end();
    stream->push("data: {\"n\":3}\n\n");
    EXPECT_EQ(sent.answers.size(), 3U);
}

TEST(RpcDesk, F6_PlacesAreCountedAndGivenBack) {
    RpcDesk desk;
    const auto one = security::IpAddress::v4({192, 0, 2, 1});
    const auto two = security::IpAddress::v4({192, 0, 2, 2});
    const RpcDesk::Most most{.connections = 3, .of_an_address = 2};
    auto first = desk.take_place(RpcTransport::websocket, one, most);
    auto second = desk.take_place(RpcTransport::tcp, one, most);
    ASSERT_TRUE(first && second);
    EXPECT_FALSE(desk.take_place(RpcTransport::websocket, one, most));
    auto third = desk.take_place(RpcTransport::websocket, two, most);
    EXPECT_TRUE(third);
    second.reset();
    auto fourth = desk.take_place(RpcTransport::websocket, one, most);
    EXPECT_TRUE(fourth);
    EXPECT_FALSE(desk.has_room(RpcTransport::websocket, two, most));
    EXPECT_TRUE(desk.has_room(RpcTransport::tcp, two, most));
}

/// As security::RandomSource says: a fixed sequence in a test.
class Counting final : public security::RandomSource {
public:
    void fill(std::span<std::byte> bytes) noexcept override {
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(next_++);
    }

private:
    unsigned next_ = 0;
};

TEST(RpcDesk, F3_ATicketWorksOnceAndForHalfAMinute) {
    RpcDesk desk;
    Counting random;
    RequestHead head;
    head.fields = {{"authorization", "Bearer k"}, {"Accept", "x"}, {"Host", "h"}};
    const auto ticket = desk.issue_ticket(head, {1000}, random);
    ASSERT_TRUE(ticket.has_value());
    const std::string text(ticket->expose_text());
    const auto fields = desk.redeem(text, {1030});
    ASSERT_TRUE(fields.has_value());
    ASSERT_EQ(fields->size(), 1U);
    EXPECT_EQ(fields->at(0).value, "Bearer k");
    EXPECT_FALSE(desk.redeem(text, {1030}).has_value());
    const auto late = desk.issue_ticket(head, {1000}, random);
    ASSERT_TRUE(late.has_value());
    EXPECT_FALSE(desk.redeem(late->expose_text(), {1031}).has_value());
    EXPECT_FALSE(desk.redeem("lmt_nonsense", {1000}).has_value());
}

TEST(RpcDesk, ACallerIsWhoSentTheRequest) {
    RequestHead head;
    head.fields = {
        {"Host", "h"},         {"Authorization", "Bearer k"}, {"Content-Length", "5"},
        {"Upgrade", "x"},      {"Sec-WebSocket-Key", "k"},    {"X-Forwarded-For", "1.2.3.4"},
        {"If-None-Match", "*"}};
    const RequestHead caller = caller_of(head);
    EXPECT_FALSE(caller.has_body());
    EXPECT_EQ(caller.fields.size(), 3U);
    EXPECT_TRUE(caller.field("X-Forwarded-For"));
}

TEST(RpcRoutes, EveryMethodHasARouteAndIsHeldToWhatHoldsForHttp) {
    for (const RpcMethod& method : rpc_methods()) {
        std::string path(method.path);
        if (path.contains("{id}")) path.replace(path.find("{id}"), 4, "a1");
        const Route* const route = find_route(Surface::rpc, kRpcMethod, path);
        ASSERT_NE(route, nullptr) << method.name;
        if (path.starts_with("/rpc/")) continue;
        const Route* twin = find_route(Surface::api, "POST", path);
        if (twin == nullptr) twin = find_route(Surface::api, "GET", path);
        ASSERT_NE(twin, nullptr) << method.name;
        EXPECT_EQ(route->access, twin->access);
        EXPECT_EQ(route->scope, twin->scope);
        EXPECT_EQ(route->rate_class, twin->rate_class);
        EXPECT_EQ(route->body, twin->body);
        EXPECT_EQ(route->handler, twin->handler);
    }
    EXPECT_EQ(find_route(Surface::api, kRpcMethod, "/v1/enhance"), nullptr);
}

}  // namespace
}  // namespace limpid::service::rpc
