#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "native/service/accept.hpp"
#include "native/service/enhance_request.hpp"
#include "native/service/http_date.hpp"
#include "native/service/metrics.hpp"
#include "native/service/problem_response.hpp"
#include "native/service/query.hpp"
#include "native/service/trace_context.hpp"

namespace limpid::service {
namespace {

TEST(Accept, TheInputsFormatIsKeptUnlessAnotherIsWanted) {
    using enum FileFormat;
    const auto chosen = [](std::optional<std::string_view> accept) {
        return negotiate_format(accept, png);
    };
    EXPECT_EQ(chosen(std::nullopt), png);
    EXPECT_EQ(chosen(""), png);
    EXPECT_EQ(chosen("*/*"), png);
    EXPECT_EQ(chosen("image/*"), png);
    EXPECT_EQ(chosen("image/webp,image/*;q=0.8"), webp);
    EXPECT_EQ(chosen("image/avif, IMAGE/JPEG ; q=0.9, image/webp;q=0.95"), webp);
    EXPECT_EQ(chosen("image/png;q=0, */*"), jpeg);
    EXPECT_EQ(chosen("text/html"), std::nullopt);
    EXPECT_EQ(chosen("image/png;q=0"), std::nullopt);
    EXPECT_EQ(chosen("image/png;q=2"), std::nullopt);
    EXPECT_EQ(chosen("image/png;q=0.1234, image/webp;q=0.001"), webp);
}

TEST(HttpDate, IsWrittenAsTheStandardDoes) {
    // The example of RFC 9110 section 5.6.7, and the last second of a leap day.
    using Time = std::chrono::system_clock::time_point;
    EXPECT_EQ(http_date(Time(std::chrono::seconds(784'111'777))), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(http_date(Time(std::chrono::seconds(951'868'799))), "Tue, 29 Feb 2000 23:59:59 GMT");
}

TEST(Query, IsDecodedOnce) {
    const auto parameters = parse_query("a=1%2541&b=x+y&c");
    ASSERT_TRUE(parameters.has_value());
    EXPECT_EQ(parameters->at(0).value, "1%41");
    EXPECT_EQ(parameters->at(1).value, "x y");
    EXPECT_EQ(parameters->at(2).name, "c");
    for (const char* bad : {"a=%", "a=%4", "a=%zz", "a=1&a=2", "a=%00", "a=%0a", "a=%-1"}) {
        EXPECT_FALSE(parse_query(bad).has_value()) << bad;
    }
}

Result<EnhanceRequest> read(std::vector<Parameter> parameters) {
    ImageUpload upload;
    upload.parameters = std::move(parameters);
    return read_enhance_request(upload, std::nullopt);
}

TEST(EnhanceRequest, ParametersAreRead) {
    const auto request =
        read({{"format", "webp"}, {"preset", "vivid"}, {"strength", "0.25"}, {"quality", "80"}});
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->options.format, FileFormat::webp);
    EXPECT_EQ(request->options.preset, Preset::vivid);
    EXPECT_EQ(request->options.strength, Decimal::from_double(0.25));
    EXPECT_EQ(request->options.encode.quality, 80);
    for (const Parameter& bad : std::initializer_list<Parameter>{{"format", "gif"},
                                                                 {"format", ""},
                                                                 {"preset", "Vivid"},
                                                                 {"strength", "1.1"},
                                                                 {"strength", "-0.1"},
                                                                 {"strength", "nan"},
                                                                 {"strength", "inf"},
                                                                 {"strength", "1e0"},
                                                                 {"strength", "0.5x"},
                                                                 {"quality", "0"},
                                                                 {"quality", "101"},
                                                                 {"quality", "50.5"},
                                                                 {"other", "1"}}) {
        const auto refused = read({bad});
        ASSERT_FALSE(refused.has_value()) << bad.name << "=" << bad.value;
        EXPECT_EQ(refused.error().id(), ErrorCode::argument_invalid);
    }
    EXPECT_FALSE(read({{"preset", "vivid"}, {"recipe", "{}"}}).has_value());
    EXPECT_FALSE(read({{"quality", "80"}, {"quality", "81"}}).has_value());
}

TEST(EnhanceRequest, ASizeIsReadOrRefused) {
    EXPECT_FALSE(read({})->options.resize.has_value());
    EXPECT_EQ(read({{"width", "640"}})->options.resize,
              (Resize{.width_px = 640, .enlarge = false}));
    EXPECT_EQ(read({{"enlarge", "true"}, {"fit", "cover"}, {"height", "65535"}, {"width", "1"}})
                  ->options.resize,
              (Resize{.width_px = 1, .height_px = 65'535, .fit = Fit::cover, .enlarge = true}));
    for (const Parameter& bad :
         std::initializer_list<Parameter>{{"width", "0"},
                                          {"width", "-1"},
                                          {"width", "65536"},
                                          {"width", "nan"},
                                          {"width", "1e3"},
                                          {"width", "640.0"},
                                          {"width", " 640"},
                                          {"width", "+640"},
                                          {"width", ""},
                                          {"width", "0x10"},
                                          {"width", "4294967297"},
                                          {"height", "0"},
                                          {"fit", "cover"},
                                          {"fit", "fill"},
                                          {"enlarge", "true"},
                                          {"enlarge", "1"},
                                          {"width", "99999999999999999999999"}}) {
        const auto refused = read({bad});
        ASSERT_FALSE(refused.has_value()) << bad.name << "=" << bad.value;
        EXPECT_EQ(refused.error().id(), ErrorCode::argument_invalid);
        EXPECT_TRUE(refused.error().found().starts_with(bad.name + ": `" + bad.value + "`"));
    }
    EXPECT_FALSE(read({{"width", "5"}, {"width", "6"}}).has_value());
    EXPECT_FALSE(read({{"width", "5"}, {"fit", "fill"}}).has_value());
}

TEST(EnhanceRequest, TagsDifferWithWhatTheyAreOf) {
    const Sha256 input = sha256(std::span<const std::byte>());
    Sha256 other = input;
    other[0] ^= 1;
    const auto plain = read({});
    std::vector<std::string> tags = {entity_tag(input, *plain), entity_tag(other, *plain)};
    for (const Parameter& parameter : std::initializer_list<Parameter>{{"format", "webp"},
                                                                       {"preset", "vivid"},
                                                                       {"strength", "0.5"},
                                                                       {"quality", "80"},
                                                                       {"recipe", "{}"}}) {
        tags.push_back(entity_tag(input, *read({parameter})));
    }
    for (const std::vector<Parameter>& size : std::initializer_list<std::vector<Parameter>>{
             {{"width", "64"}},
             {{"height", "64"}},
             {{"width", "64"}, {"height", "64"}},
             {{"width", "64"}, {"height", "64"}, {"fit", "exact"}},
             {{"width", "64"}, {"height", "64"}, {"enlarge", "true"}}}) {
        tags.push_back(entity_tag(input, *read(size)));
    }
    EXPECT_EQ(entity_tag(input, *read({{"width", "64"}, {"fit", "inside"}, {"enlarge", "false"}})),
              entity_tag(input, *read({{"width", "64"}})));
    std::ranges::sort(tags);
    EXPECT_EQ(std::ranges::adjacent_find(tags), tags.end());
    EXPECT_TRUE(matches_tag("\"x\", W/" + tags[0], tags[0]));
    EXPECT_FALSE(matches_tag("\"x\", *", tags[0]));
}

TEST(Problem, P20_InternalTextsAreLeftOut) {
    const Response response =
        problem_response(Error(ErrorCode::internal_failure, "/secret/path"), "abc");
    EXPECT_EQ(response.status, 500);
    const auto document = nlohmann::json::parse(response.text);
    EXPECT_EQ(document["code"], "internal.failure");
    EXPECT_EQ(document["request_id"], "abc");
    EXPECT_FALSE(response.text.contains("secret"));
}

TEST(Problem, W3_EveryRefusedCredentialGetsOneAnswer) {
    const std::string missing = problem_response(Error(ErrorCode::apikey_missing), "a").text;
    for (const ErrorCode code :
         {ErrorCode::apikey_malformed, ErrorCode::apikey_mismatch, ErrorCode::apikey_expired,
          ErrorCode::apikey_revoked, ErrorCode::jwt_expired, ErrorCode::jwt_signature_mismatch}) {
        EXPECT_EQ(problem_response(Error(code, "why"), "a").text, missing);
    }
}

class Counting final : public security::RandomSource {
public:
    void fill(std::span<std::byte> bytes) noexcept override {
        for (std::byte& byte : bytes) byte = std::byte{++next_};
    }

private:
    std::uint8_t next_ = 0;
};

TEST(TraceContext, GoesOnWithAValidParentOnly) {
    Counting random;
    constexpr std::string_view kParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const TraceContext context = make_trace_context(kParent, random);
    EXPECT_EQ(context.trace_id, kParent.substr(3, 32));
    EXPECT_NE(context.span_id, kParent.substr(36, 16));
    EXPECT_TRUE(context.traceparent().ends_with("-01"));
    for (std::size_t i = 0; i < kParent.size(); ++i) {
        std::string broken(kParent);
        broken[i] = 'G';
        EXPECT_NE(make_trace_context(broken, random).trace_id, kParent.substr(3, 32)) << i;
    }
    EXPECT_NE(make_trace_context("00-00000000000000000000000000000000-00f067aa0ba902b7-01", random)
                  .trace_id,
              std::string(32, '0'));
    EXPECT_EQ(make_trace_context(std::nullopt, random).trace_id.size(), 32U);
}

TEST(Metrics, F20_CountsWhatHappened) {
    Metrics metrics;
    metrics.begin_request();
    metrics.count_request("/v1/enhance", 200, 0.3, 10, 20);
    metrics.count_request("/v1/enhance", 429, 0.001, 0, 5);
    metrics.count_error("rate.limited");
    const std::string text = metrics.text({.worker_deaths = 3});
    for (const char* line :
         {"limpid_requests_total{route=\"/v1/enhance\",status=\"200\"} 1\n",
          "limpid_requests_total{route=\"/v1/enhance\",status=\"429\"} 1\n",
          "limpid_errors_total{code=\"rate.limited\"} 1\n",
          "limpid_request_duration_seconds_bucket{route=\"/v1/enhance\",le=\"0.25\"} 1\n",
          "limpid_request_duration_seconds_bucket{route=\"/v1/enhance\",le=\"+Inf\"} 2\n",
          "limpid_requests_in_progress 1\n", "limpid_worker_deaths_total 3\n",
          "limpid_request_bytes_total 10\n", "limpid_response_bytes_total 25\n"}) {
        EXPECT_TRUE(text.contains(line)) << line << text;
    }
}

}  // namespace
}  // namespace limpid::service
