#include "native/service/sources/source_url.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "native/service/enhance_request.hpp"
#include "native/service/sources/flights.hpp"
#include "native/service/sources/url_keys.hpp"
#include "sources_fixture.hpp"

namespace limpid::service::sources {
namespace {

TEST(SourcePath, OptionsComeBeforeTheSource) {
    const auto request =
        parse_source_path("/preset:vivid/quality:80/exp:5/plain/local:///a/b%20c.jpg?exp=5");
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->source, (Source{SourceKind::local, "a/b c.jpg", ""}));
    ASSERT_EQ(request->parameters.size(), 2U);
    EXPECT_EQ(request->parameters[1].name, "quality");
    EXPECT_EQ(request->parameters[1].value, "80");
    const auto remote = parse_source_path(source_path("", "https://Images.Example.org:8443/a?b=1"));
    ASSERT_TRUE(remote.has_value());
    EXPECT_EQ(remote->source, (Source{SourceKind::remote, "https://Images.Example.org:8443/a?b=1",
                                      "images.example.org"}));
    for (const char* path :
         {"", "/", "/plain/", "/plain", "/blur:5/plain/local:///a", "/recipe:{}/plain/local:///a",
          "/plain/local:///a?width=5", "/plain/file:///a", "/plain/local:/a", "/plain/a.jpg",
          "/plain/LOCAL:///a", "/bG9jYWw6Ly8vYQ==", "/bG9jYWw6Ly8vYQ/", "/plain/local:///a%2"}) {
        EXPECT_EQ(code_of(parse_source_path(path)), ErrorCode::argument_invalid) << path;
    }
}

/// The parameters of an option, or the code it is refused with.
std::string read_option(const std::string& option) {
    const auto request = parse_source_path("/" + option + "/plain/local:///a");
    if (!request) return std::string(request.error().code());
    std::string text;
    for (const Parameter& one : request->parameters) text += one.name + "=" + one.value + " ";
    return text;
}

TEST(SourcePath, SizesAreWrittenAsImgproxysUsersDo) {
    EXPECT_EQ(read_option("rs:fit:300:200"), "fit=inside width=300 height=200 ");
    EXPECT_EQ(read_option("resize:fill:300:0:1:0"), "fit=cover width=300 enlarge=true ");
    EXPECT_EQ(read_option("rs::300"), "width=300 ");
    EXPECT_EQ(read_option("rs:force:::f"), "fit=exact enlarge=false ");
    EXPECT_EQ(read_option("s:300:200:t"), "width=300 height=200 enlarge=true ");
    EXPECT_EQ(read_option("size::200"), "height=200 ");
    EXPECT_EQ(read_option("w:300/h:200/el:1/rt:fill"),
              "width=300 height=200 enlarge=true fit=cover ");
    EXPECT_EQ(read_option("width:300/height:200/enlarge:false/resizing_type:fit"),
              "width=300 height=200 enlarge=false fit=inside ");
    EXPECT_EQ(read_option("fit:cover"), "fit=cover ") << "as /v1/enhance calls it";
    for (const char* bad : {"rs:auto:300:200", "rs:", "rs:::", "s:0:0", "s:300:200:2", "rt:",
                            "rt:Fit", "el:", "el:yes", "s:300:200:0:1", "rs:fit:300:200:0:0:ce"}) {
        EXPECT_EQ(read_option(bad), "argument.invalid") << bad;
    }
    // Sides themselves are looked at where those of a query are.
    for (const char* bad : {"w:0", "h:-1", "w:1e3", "s:70000", "rs:fit:300:x", "w:", "rs:fit:0:0",
                            "w:300/rs:fit:300:200"}) {
        const auto request = parse_source_path("/" + std::string(bad) + "/plain/local:///a");
        ASSERT_TRUE(request.has_value()) << bad;
        ImageUpload upload;
        upload.parameters = request->parameters;
        EXPECT_EQ(code_of(read_enhance_request(upload, std::nullopt)), ErrorCode::argument_invalid)
            << bad;
    }
}

TEST(SourcePath, ARemoteSourceHasOneReading) {
    for (const char* url :
         {"http://",        "http:///a",        "http://a@b/",   "http://a:b@c/", "http://a\\b/",
          "http://a b/",    "http://a/#b",      "http://a:/",    "http://a:0/",   "http://a:65536/",
          "http://a:80x/",  "http://a..b/",     "http://.a/",    "http://a./",    "http://[::1",
          "http://[::1]x/", "http://\xC3\xA4/", "http://a%2eb/", "http://a/\x7f", "ftp://a/",
          "HTTP://a/",      "http://[]/",       "//a/"}) {
        EXPECT_EQ(code_of(parse_source(url)), ErrorCode::argument_invalid) << url;
    }
    EXPECT_EQ(parse_source("http://[::1]:80/a")->host, "[::1]");
    EXPECT_EQ(parse_source("http://a?http://b@c/")->host, "a");
}

TEST(SourcePath, NamesComeFromTheSource) {
    const auto name = [](const char* url) { return name_for(*parse_source(url), "png"); };
    EXPECT_EQ(name("local:///a/b.c.jpg"), "b.c.png");
    EXPECT_EQ(name("local:///a"), "a.png");
    EXPECT_EQ(name("https://h/x/a%20b.jpg?c=d/e.f"), "a b.png");
    EXPECT_EQ(name("https://h"), "image.png");
    EXPECT_EQ(name("https://h/"), "image.png");
}

TEST(UrlKeys, TheFirstSignsAndAllVerify) {
    const auto urls = read_url_keys(secret_of(kTestKeys));
    ASSERT_TRUE(urls.has_value());
    // Key, salt and path of the examples in imgproxy's repository; signed by node's createHmac().
    EXPECT_EQ(urls->sign("/rs:fit:300:300/plain/http://img.example.com/pretty/image.jpg").value(),
              "/m3k5QADfcKPDj-SDI2AIogZbC3FlAXszuwhtWXYqavc"
              "/rs:fit:300:300/plain/http://img.example.com/pretty/image.jpg");
    const auto second = read_url_keys(secret_of(kTestKeys.substr(kTestKeys.find('\n'))));
    ASSERT_TRUE(second.has_value());
    EXPECT_TRUE(urls->verify(*second->sign("/a/b"), {}).has_value());
    EXPECT_FALSE(second->verify(*urls->sign("/a/b"), {}).has_value());
    EXPECT_EQ(code_of(read_url_keys(secret_of(" \n "))), ErrorCode::key_none);
    EXPECT_EQ(code_of(read_url_keys(secret_of("00112233445566778899aabbccddeeff"))),
              ErrorCode::key_malformed);
    EXPECT_EQ(code_of(read_url_keys(secret_of("0011:22"))), ErrorCode::key_too_short);
}

TEST(ReadImage, V12_DeclarationAndContentOfASourceMustAgree) {
    const std::string png = "\x89PNG\r\n\x1a\n" + std::string(100, '\0');
    const auto code = [&](const std::string& bytes, std::optional<std::string> type) {
        const auto image = read_image(std::as_bytes(std::span(bytes)), type, 1000);
        return image ? "ok" : std::string(image.error().code());
    };
    EXPECT_EQ(code(png, "image/png"), "ok");
    EXPECT_EQ(code(png, std::nullopt), "ok");
    EXPECT_EQ(code(png, "image/jpeg"), "upload.type_mismatch");
    EXPECT_EQ(code(png, "text/html"), "upload.unsupported_type");
    EXPECT_EQ(code("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
              "upload.unsupported_type");
    EXPECT_EQ(code(png + "<?php ", std::nullopt), "upload.polyglot");
}

TEST(Flights, LandOnceAndEndWhenEverybodyHasGone) {
    Flights flights;
    const auto flight = std::make_shared<Flight>();
    flight->key = "a";
    flights.add(flight);
    const auto one = std::make_shared<Exchange>();
    const auto two = std::make_shared<Exchange>();
    for (const auto& exchange : {one, two}) flight->waiters.emplace_back().exchange = exchange;
    EXPECT_EQ(flights.find("a"), flight);
    EXPECT_EQ(flights.forget(Exchange()), nullptr);
    EXPECT_EQ(flights.forget(*one), nullptr) << "somebody still waits";
    EXPECT_EQ(flights.forget(*two), flight);
    EXPECT_TRUE(flight->is_over());
    EXPECT_EQ(flights.find("a"), nullptr);

    // One that everybody left lands beside its successor.
    const auto next = std::make_shared<Flight>();
    next->key = "a";
    next->waiters.emplace_back().exchange = one;
    flights.add(next);
    EXPECT_TRUE(flights.land(*flight).empty());
    EXPECT_EQ(flights.find("a"), next);
    EXPECT_EQ(flights.land(*next).size(), 1U);
    EXPECT_EQ(flights.find("a"), nullptr);
}

}  // namespace
}  // namespace limpid::service::sources
