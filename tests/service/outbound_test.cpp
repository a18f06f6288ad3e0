#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include "jobs_fixture.hpp"
#include "native/service/jobs/webhook_sender.hpp"
#include "native/service/outbound/authority.hpp"
#include "native/service/outbound/host_rules.hpp"
#include "native/service/outbound/key_source.hpp"
#include "native/service/outbound/url.hpp"
#include "values.hpp"

namespace limpid::service::outbound {
namespace {

using std::chrono::seconds;

/// Keeps what is sent until a test answers it.
class FakeClient final : public Client {
public:
    void async_send(Request request, Answered answered) override {
        requests.push_back(std::move(request));
        waiting.push_back(std::move(answered));
    }
    void answer(Result<Reply> reply) {
        ASSERT_FALSE(waiting.empty());
        auto answered = std::move(waiting.front());
        waiting.erase(waiting.begin());
        answered(std::move(reply));
    }

    std::vector<Request> requests;
    std::vector<Answered> waiting;
};

Reply user(const std::string& name) {
    return {.status = 200, .fields = {{"X-Auth-User", name}}, .body = {}};
}

Reply status(int code) { return {.status = code, .fields = {}, .body = {}}; }

TEST(HostRules, P26_NothingIsAllowedUntilItIsNamed) {
    const auto none = HostRules::make("", "0.0.0.0/0");
    ASSERT_TRUE(none.has_value());
    EXPECT_TRUE(none->empty());
    EXPECT_FALSE(none->check("example.com", 443, true));
    EXPECT_FALSE(none->check("127.0.0.1", 443, true));

    const auto rules = HostRules::make(
        "a.example.com, *.example.org ,b.example.com:8443,192.0.2.1,[2001:db8::1]:80,db,db.:81",
        "192.0.2.0/24,2001:db8::/32");
    ASSERT_TRUE(rules.has_value());
    EXPECT_TRUE(rules->check("a.example.com", 443, true));
    EXPECT_TRUE(rules->check("A.Example.Com.", 80, false));
    EXPECT_FALSE(rules->check("a.example.com", 80, true));
    EXPECT_FALSE(rules->check("a.example.com", 443, false));
    EXPECT_TRUE(rules->check("x.y.example.org", 443, true));
    EXPECT_FALSE(rules->check("example.org", 443, true));
    EXPECT_TRUE(rules->check("b.example.com", 8443, true));
    EXPECT_FALSE(rules->check("b.example.com", 443, true));
    EXPECT_TRUE(rules->check("192.0.2.1", 443, true));
    EXPECT_TRUE(rules->check("0xc0000201", 443, true)) << "the same address";
    EXPECT_FALSE(rules->check("192.0.2.2", 443, true));
    EXPECT_TRUE(rules->check("[2001:DB8:0::1]", 80, false));
    EXPECT_TRUE(rules->check("db", 443, true)) << "the operator named it";
    EXPECT_TRUE(rules->is_own_address("192.0.2.77"));
    EXPECT_FALSE(rules->is_own_address("a.example.com"));
}

TEST(HostRules, P26_AWildcardFitsNoLocalNameAndNoAddress) {
    const auto rules = HostRules::make("*,*.local", "");
    ASSERT_TRUE(rules.has_value());
    EXPECT_TRUE(rules->check("example.com", 443, true));
    for (const char* host : {"localhost", "printer", "printer.local", "metadata.google.internal",
                             "8.8.8.8", "127.0.0.1", "[::1]", "0x7f.1", "", "a..b"}) {
        EXPECT_FALSE(rules->check(host, 443, true)) << host;
    }
    for (const char* hosts : {"a b", "*.*", "*a", "http://a", "a:0", "a:65536", "*.127.0.0.1"}) {
        EXPECT_EQ(code_of(HostRules::make(hosts, "")), ErrorCode::config_invalid_value) << hosts;
    }
}

TEST(Url, P26_IsReadAsItIsConnectedTo) {
    const auto url = Url::parse("https://EXAMPLE.com/a?b=secret");
    ASSERT_TRUE(url.has_value());
    EXPECT_EQ(url->port(), 443);
    EXPECT_EQ(url->origin().find("secret"), std::string::npos);
    const auto numbers = Url::parse("http://0x7f.1:8080/");
    ASSERT_TRUE(numbers.has_value());
    EXPECT_EQ(numbers->host(), "127.0.0.1");
    EXPECT_FALSE(numbers->encrypted());
    for (const char* text : {"", "example.com", "ftp://example.com", "file:///etc/passwd",
                             "https://u:p@example.com", "https://a b/", "https://a\n/"}) {
        EXPECT_FALSE(Url::parse(text)) << text;
    }
    EXPECT_FALSE(Url::parse("https://a/" + std::string(2048, 'x')));
    EXPECT_FALSE(Url::parse(std::string("https://a\0.b/", 13)));
}

class AuthorityTest : public testing::Test {
protected:
    Authority::Options options() const {
        return {.url = "https://a/",
                .ttl = seconds(60),
                .timeout = seconds(1),
                .headers = {"Authorization", "Cookie"}};
    }
    void ask(const std::string& cookie) {
        RequestHead head;
        head.method = "GET";
        head.path = "/";
        head.fields = {{"Cookie", cookie}};
        authority_.async_ask(head, {}, [this](Result<Principal> verdict) {
            verdicts_.push_back(verdict ? verdict->id : std::string(verdict.error().code()));
        });
    }

    FakeClient client_;
    Authority::Clock::time_point now_ = Authority::Clock::now();
    int failures_ = 0;
    Authority authority_{client_, options(), [this](const Error&) { ++failures_; },
                         [this] { return now_; }};
    std::vector<std::string> verdicts_;
};

TEST_F(AuthorityTest, P1_AnswersAreKeptForTheirTime) {
    ask("a");
    client_.answer(user("u"));
    now_ += seconds(59);
    ask("a");
    EXPECT_EQ(client_.requests.size(), 1U);
    now_ += seconds(1);
    ask("a");
    ASSERT_EQ(client_.requests.size(), 2U);
    client_.answer(status(401));
    ask("a");
    EXPECT_EQ(client_.requests.size(), 2U);
    now_ += Authority::kRefusalTime;
    ask("a");
    EXPECT_EQ(client_.requests.size(), 3U);
    client_.answer(user("u"));
    const std::vector<std::string> expected = {"auth:u", "auth:u", "authority.refused",
                                               "authority.refused", "auth:u"};
    EXPECT_EQ(verdicts_, expected);
}

TEST_F(AuthorityTest, P1_TheOldestAnswerGoesFirst) {
    for (std::size_t i = 0; i <= Authority::kMaxCached; ++i) {
        ask(std::to_string(i));
        client_.answer(user("u"));
        if (i == 0) continue;
        ask("0");
        ASSERT_TRUE(client_.waiting.empty()) << "it was used last";
    }
    ask("1");
    EXPECT_EQ(client_.waiting.size(), 1U);
}

TEST_F(AuthorityTest, P1_EqualQuestionsAreAskedOnceAndBounded) {
    for (std::size_t i = 0; i < Authority::kMaxWaiting; ++i) ask("a");
    EXPECT_EQ(client_.requests.size(), 1U);
    ask("a");
    EXPECT_EQ(verdicts_, std::vector<std::string>{"authority.unavailable"});
    client_.answer(user("u"));
    EXPECT_EQ(verdicts_.size(), Authority::kMaxWaiting + 1);
    EXPECT_EQ(verdicts_.back(), "auth:u");
}

TEST_F(AuthorityTest, P1_AFloodOfGuessesIsNoFailure) {
    for (std::size_t i = 0; i < 2 * Authority::kMaxQuestions; ++i) ask(std::to_string(i));
    EXPECT_EQ(client_.requests.size(), Authority::kMaxQuestions);
    EXPECT_EQ(verdicts_.size(), Authority::kMaxQuestions);
    EXPECT_FALSE(authority_.is_open());
    client_.answer(user("u"));
    ask("x");
    EXPECT_EQ(client_.requests.size(), Authority::kMaxQuestions + 1);
    EXPECT_EQ(failures_, 0);
}

TEST_F(AuthorityTest, P1_ABreakerOpensAndTriesWithOne) {
    for (int i = 0; i < Authority::kFailures; ++i) {
        ask(std::to_string(i));
        client_.answer(fail(ErrorCode::outbound_failed));
    }
    EXPECT_TRUE(authority_.is_open());
    ask("x");
    EXPECT_TRUE(client_.waiting.empty());
    now_ += Authority::kOpenTime;
    ask("x");
    ask("y");
    EXPECT_EQ(client_.waiting.size(), 1U) << "one tries";
    client_.answer(status(500));
    EXPECT_TRUE(authority_.is_open());
    now_ += Authority::kOpenTime;
    ask("x");
    client_.answer(status(403));
    EXPECT_FALSE(authority_.is_open());
    ask("y");
    EXPECT_EQ(client_.waiting.size(), 1U);
    EXPECT_EQ(verdicts_.back(), "apikey.not_permitted");
}

TEST(ForwardedHeaders, P1_AreNamesOfCredentials) {
    EXPECT_EQ(*parse_forwarded_headers("Authorization, X-Session_1"),
              (std::vector<std::string>{"Authorization", "X-Session_1"}));
    for (const char* text : {"", "Host", "a:b", "a b", "X-Forwarded-For", "Content-Length"}) {
        EXPECT_FALSE(parse_forwarded_headers(text)) << text;
    }
}

std::string set_of(const std::string& kid) {
    return R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":")" + kid +
           R"(","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})";
}

class KeySourceTest : public testing::Test {
protected:
    std::string id() const { return source_.keys().empty() ? "" : source_.keys().front().id(); }
    void answer(const std::string& body) {
        client_.answer(Reply{.status = 200, .fields = {}, .body = body});
    }

    boost::asio::io_context context_;
    FakeClient client_;
    int failures_ = 0;
    KeySource::Clock::time_point now_ = KeySource::Clock::now();
    KeySource source_{context_.get_executor(), client_, "https://a/",
                      [this](const Error&) { ++failures_; }, [this] { return now_; }};
};

TEST_F(KeySourceTest, W9_KeepsTheLastGoodSet) {
    source_.start();
    answer(set_of("a"));
    EXPECT_EQ(id(), "a");
    const std::vector<std::string> bad = {
        "",
        "{}",
        R"({"keys":[]})",
        "<html>",
        set_of("b").substr(1),
        R"({"keys":[{"kty":"oct","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]})"};
    for (const std::string& body : bad) {
        now_ += KeySource::kLeastPause;
        source_.async_refresh([] {});
        answer(body);
        EXPECT_EQ(id(), "a") << body;
    }
    EXPECT_EQ(failures_, static_cast<int>(bad.size()));
}

TEST_F(KeySourceTest, W9_LooksForUnknownKeysNowAndThen) {
    source_.start();
    answer(set_of("a"));
    int done = 0;
    source_.async_refresh([&] { ++done; });
    EXPECT_EQ(done, 1) << "it was asked just now";
    now_ += KeySource::kLeastPause;
    source_.async_refresh([&] { ++done; });
    source_.async_refresh([&] { ++done; });
    EXPECT_EQ(done, 1);
    EXPECT_EQ(client_.requests.size(), 2U) << "both wait for the same answer";
    answer(set_of("b"));
    EXPECT_EQ(done, 3);
    EXPECT_EQ(id(), "b");
}

}  // namespace
}  // namespace limpid::service::outbound

namespace limpid::service::jobs {
namespace {

TEST(WebhookSchedule, IsSecondsBetweenTries) {
    EXPECT_EQ(*parse_webhook_schedule("0, 5,300"), (WebhookSender::Schedule{0, 5, 300}));
    for (const char* text : {"", "x", "1,-1", "1000001", "1.5"}) {
        EXPECT_FALSE(parse_webhook_schedule(text)) << text;
    }
    std::string many = "0";
    for (int i = 0; i < 32; ++i) many += ",0";
    EXPECT_FALSE(parse_webhook_schedule(many));
}

class WebhookTableTest : public JobsTest {
protected:
    void submit_with_webhook(const std::string& id) {
        JobRecord job;
        job.id = id;
        job.owner = "me";
        job.webhook = JobWebhook{.url = "https://a/", .status = {}, .attempts = 0};
        ASSERT_TRUE(storage_->submit(job, bytes_of("photo"), kWide).has_value());
    }
    std::size_t due(std::int64_t now_ms) {
        const auto found = storage_->webhooks().due(now_ms, 10);
        EXPECT_TRUE(found.has_value());
        return found ? found->size() : 0;
    }
};

TEST_F(WebhookTableTest, IsArmedWithTheEndOfItsJobAndOutlivesIt) {
    open();
    submit_with_webhook("a");
    ASSERT_TRUE(submit("b").has_value());
    EXPECT_FALSE(find("b").webhook.has_value());
    EXPECT_EQ(find("a").webhook->status, WebhookStatus::waiting);
    EXPECT_EQ(claim(), "a");
    EXPECT_EQ(due(1000), 0U);
    ASSERT_TRUE(storage_->complete("a", bytes_of("output"), "image/jpeg", 10).has_value());
    EXPECT_EQ(find("a").webhook->status, WebhookStatus::pending);
    EXPECT_EQ(due(9), 0U);
    ASSERT_EQ(due(10), 1U);
    ASSERT_TRUE(storage_->webhooks().settle("a", WebhookStatus::pending, 50).has_value());
    EXPECT_EQ(find("a").webhook->attempts, 1);
    EXPECT_EQ(due(49), 0U);
    EXPECT_EQ(**storage_->webhooks().next_due(49), 50);
    ASSERT_TRUE(storage_->cancel_or_forget("a", "me", 20).has_value());
    open();
    ASSERT_TRUE(storage_->sweep(0).has_value());
    EXPECT_EQ(due(50), 1U) << "its job is forgotten, the webhook is not";
    ASSERT_TRUE(storage_->webhooks().settle("a", WebhookStatus::delivered, 0).has_value());
    ASSERT_TRUE(storage_->sweep(0).has_value());
    EXPECT_FALSE(storage_->webhooks().find("a")->has_value());
}

TEST_F(WebhookTableTest, AnOlderDatabaseGetsTheTable) {
    open();
    ASSERT_TRUE(submit("a").has_value());
    storage_.reset();
    {
        auto database = Database::open(folder_ / "jobs.db");
        ASSERT_TRUE(database.has_value());
        ASSERT_TRUE(database->run("DROP TABLE webhook").has_value());
        ASSERT_TRUE(database->run("PRAGMA user_version = 1").has_value());
    }
    open();
    EXPECT_EQ(find("a").status, JobStatus::queued);
    submit_with_webhook("b");
    EXPECT_TRUE(find("b").webhook.has_value());
}

}  // namespace
}  // namespace limpid::service::jobs
