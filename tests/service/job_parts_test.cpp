#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "native/service/body_stream.hpp"
#include "native/service/jobs/job_json.hpp"
#include "native/service/jobs/job_request.hpp"
#include "native/service/metrics.hpp"
#include "native/service/routes.hpp"

namespace limpid::service {
namespace {

TEST(IdempotencyKey, IsQuotedOrNot) {
    EXPECT_EQ(jobs::parse_idempotency_key(std::nullopt), "");
    EXPECT_EQ(jobs::parse_idempotency_key("\"8e03978e-40d5\""), "8e03978e-40d5");
    EXPECT_EQ(jobs::parse_idempotency_key("8e03978e-40d5"), "8e03978e-40d5");
    EXPECT_EQ(jobs::parse_idempotency_key(std::string(255, 'a')), std::string(255, 'a'));
    for (const std::string& bad :
         {std::string(), std::string("\"\""), std::string("\""), std::string("\"a"),
          std::string("a\""), std::string("a b"), std::string("\"a\", \"b\""),
          std::string("\xC3\xA4"), std::string("\"a\\\"b\""), std::string(256, 'a')}) {
        const auto key = jobs::parse_idempotency_key(bad);
        ASSERT_FALSE(key.has_value()) << bad;
        EXPECT_EQ(key.error().id(), ErrorCode::idempotency_malformed);
    }
}

TEST(JobRequest, IsReadBackAsItWas) {
    EnhanceRequest request;
    request.options.format = FileFormat::webp;
    request.options.preset = Preset::portrait;
    request.options.strength = Decimal::from_ten_thousandths(2500);
    request.options.encode.quality = 81;
    request.recipe_json = "{\"a\":\"\xF0\x9F\x93\xB7\\n\"}";
    const auto text = jobs::encode_job_request(request);
    ASSERT_TRUE(text.has_value());
    const auto back = jobs::decode_job_request(*text);
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->options.format, request.options.format);
    EXPECT_EQ(back->options.preset, request.options.preset);
    EXPECT_EQ(back->options.strength, request.options.strength);
    EXPECT_EQ(back->options.encode.quality, 81);
    EXPECT_EQ(back->recipe_json, request.recipe_json);
    for (const char* bad : {"", "[]", "{}", "{\"format\":\"gif\"}", "{\"format\":1}"}) {
        EXPECT_EQ(jobs::decode_job_request(bad).error().id(), ErrorCode::storage_damaged) << bad;
    }
    EXPECT_FALSE(text->contains("resize")) << "requests kept by former versions have none";
    EXPECT_FALSE(back->options.resize.has_value());
    request.recipe_json = "\xFF";
    EXPECT_EQ(jobs::encode_job_request(request).error().id(), ErrorCode::recipe_malformed);
    request.recipe_json = std::string(70'000, ' ');
    EXPECT_EQ(jobs::encode_job_request(request).error().id(), ErrorCode::recipe_too_large);
}

TEST(JobRequest, ASizeIsKept) {
    EnhanceRequest request;
    request.options.format = FileFormat::png;
    for (const Resize& resize : {Resize{.width_px = 640, .enlarge = false},
                                 Resize{.height_px = 65'535, .fit = Fit::exact, .enlarge = true},
                                 Resize{.width_px = 1, .height_px = 2, .fit = Fit::cover}}) {
        request.options.resize = resize;
        const auto text = jobs::encode_job_request(request);
        ASSERT_TRUE(text.has_value());
        const auto back = jobs::decode_job_request(*text);
        ASSERT_TRUE(back.has_value());
        EXPECT_EQ(back->options.resize, resize);
        for (const char* damaged :
             {R"("resize":1)", R"("resize":{})", R"("resize":{"width":"0"})"}) {
            const std::string other = text->substr(0, text->find("\"resize\"")) + damaged +
                                      text->substr(text->find("},\"strength") + 1);
            EXPECT_EQ(jobs::decode_job_request(other).error().id(), ErrorCode::storage_damaged)
                << other;
        }
    }
}

TEST(JobRequest, FingerprintsTellPhotosAndWishesApart) {
    const std::string one = "one";
    const std::string two = "two";
    const auto of = [](const std::string& photo, const std::string& request) {
        return jobs::job_fingerprint(sha256(std::as_bytes(std::span(photo))), request);
    };
    EXPECT_EQ(of(one, "{}"), of(one, "{}"));
    EXPECT_NE(of(one, "{}"), of(two, "{}"));
    EXPECT_NE(of(one, "{}"), of(one, "{ }"));
}

TEST(JobJson, SaysWhatIsKnown) {
    jobs::JobRecord job;
    job.id = "0123";
    job.created_ms = 1'700'000'000'123;
    auto json = nlohmann::json::parse(jobs::job_json(job));
    EXPECT_EQ(json["status"], "queued");
    EXPECT_EQ(json["created"], "2023-11-14T22:13:20.123Z");
    EXPECT_EQ(json["links"]["self"], "/v1/jobs/0123");
    EXPECT_FALSE(json.contains("started") || json.contains("error") || json.contains("output"));
    EXPECT_FALSE(json["links"].contains("output"));
    job.status = jobs::JobStatus::failed;
    job.error_code = "worker.died";
    job.error_found = "SIGSEGV in the secret place";
    EXPECT_FALSE(jobs::job_json(job).contains("secret place"));
    json = nlohmann::json::parse(jobs::job_json(job));
    EXPECT_EQ(json["error"]["code"], "worker.died");
    job.error_code = "code.of_the_future";
    json = nlohmann::json::parse(jobs::job_json(job));
    EXPECT_EQ(json["error"]["code"], "internal.failure");
}

TEST(BodyStream, GivesWhatCameAndEnds) {
    BodyStream stream;
    int woken = 0;
    stream.on_change([&] { ++woken; });
    stream.push("a");
    stream.push("b");
    EXPECT_EQ(stream.take(), "ab");
    EXPECT_EQ(stream.take(), "");
    EXPECT_FALSE(stream.has_ended());
    stream.end();
    EXPECT_EQ(woken, 3);
    EXPECT_TRUE(stream.has_ended());
    stream.push("c");
    EXPECT_EQ(stream.take(), "");
}

TEST(BodyStream, AReaderThatDoesNotReadLosesIt) {
    BodyStream stream;
    const std::string text(1000, 'x');
    std::size_t pushed = 0;
    while (!stream.has_ended() && pushed < 1'000'000) {
        stream.push(text);
        pushed += text.size();
    }
    EXPECT_LT(pushed, 100'000U);
}

TEST(Routes, IdsAreOneSegment) {
    const Route* const job = find_route(Surface::api, "GET", "/v1/jobs/abc");
    ASSERT_NE(job, nullptr);
    EXPECT_EQ(job->path, "/v1/jobs/{id}");
    EXPECT_EQ(path_id(*job, "/v1/jobs/abc"), "abc");
    const Route* const output = find_route(Surface::api, "GET", "/v1/jobs/abc/output");
    ASSERT_NE(output, nullptr);
    EXPECT_EQ(path_id(*output, "/v1/jobs/abc/output"), "abc");
    for (const char* path : {"/v1/jobs/", "/v1/jobs", "/v1/jobs/a/b", "/v1/jobs//output",
                             "/v1/jobs/output/", "/v1/jobs/a/events/", "/v1/jobs/a/b/output"}) {
        EXPECT_EQ(find_route(Surface::api, "GET", path), nullptr) << path;
    }
    EXPECT_EQ(allowed_methods(Surface::api, "/v1/jobs/abc"), "GET, HEAD, DELETE");
    EXPECT_EQ(path_id(*find_route(Surface::api, "GET", "/livez"), "/livez"), "");
}

TEST(Metrics, JobsAreTold) {
    JobGauges jobs;
    jobs.by_status = {{"queued", 3}, {"done", 5}};
    jobs.streams = 2;
    jobs.store_operations = 7;
    jobs.store_seconds = 0.5;
    const std::string text = Metrics().text({.jobs = jobs});
    EXPECT_TRUE(text.contains("limpid_jobs{status=\"queued\"} 3\n"));
    EXPECT_TRUE(text.contains("limpid_job_event_streams 2\n"));
    EXPECT_TRUE(text.contains("limpid_job_store_seconds_sum 0.5\n"));
    EXPECT_FALSE(Metrics().text({}).contains("limpid_jobs{"));
}

}  // namespace
}  // namespace limpid::service
