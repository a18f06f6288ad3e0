#include "native/service/request_head.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace limpid::service {
namespace {

using namespace std::string_view_literals;

ErrorCode refusal_of(std::string_view head) {
    const auto parsed = parse_request_head(head);
    EXPECT_FALSE(parsed.has_value()) << head;
    return parsed ? ErrorCode::internal_failure : parsed.error().id();
}

TEST(RequestHead, ItsEndIsFound) {
    EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\nHost: a\r\n\r\nbody\n\n"), 27U);
    EXPECT_EQ(find_head_end("GET / HTTP/1.1\n\nbody\r\n\r\n"), 16U);
    EXPECT_EQ(find_head_end("GET / HTTP/1.1\r\nHost: a\r\n\r"), std::string_view::npos);
    EXPECT_EQ(find_head_end(""), std::string_view::npos);
}

TEST(RequestHead, IsRead) {
    const auto head = parse_request_head(
        "POST /v1/enhance?preset=vivid HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n"
        "X-A:\t one \r\nx-a: two\r\n\r\n");
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->method, "POST");
    EXPECT_EQ(head->path, "/v1/enhance");
    EXPECT_EQ(head->query, "preset=vivid");
    EXPECT_EQ(head->content_length(), 12U);
    EXPECT_TRUE(head->has_body());
    EXPECT_EQ(head->field("X-A"), "one, two");
    EXPECT_FALSE(head->field("X-B").has_value());
}

// Each is read in two ways by some pair of servers and proxies.
TEST(RequestHead, SmugglingFormsAreRefused) {
    constexpr std::string_view kFirst = "POST / HTTP/1.1\r\nHost: a\r\n";
    for (const std::string_view fields : {
             "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"sv,
             "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"sv,
             "Content-Length: 4\r\nContent-Length: 4\r\n"sv,
             "Content-Length: 4\r\nContent-Length: 5\r\n"sv,
             "Content-Length: 4, 4\r\n"sv,
             "Content-Length: +4\r\n"sv,
             "Content-Length: -4\r\n"sv,
             "Content-Length: 0x4\r\n"sv,
             "Content-Length: 4 4\r\n"sv,
             "Content-Length:\r\n"sv,
             "Content-Length: 99999999999999999999\r\n"sv,
             "Content-Length : 4\r\n"sv,
             "Content-Length\t: 4\r\n"sv,
             " Content-Length: 4\r\n"sv,
             "Content-Length: 4\n"sv,
             "Content-Length: 4\r"sv,
             "Content-Length: 4\rX: y\r\n"sv,
             "X: a\r\n folded\r\n"sv,
             "X: a\r\n\tfolded\r\n"sv,
             "X: a\0b\r\n"sv,
             "X: a\x7f\r\n"sv,
             "X\r\n"sv,
             ": x\r\n"sv,
             "X Y: a\r\n"sv,
             "X\xc3\xa9: a\r\n"sv,
             "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"sv,
             "Host: b\r\n"sv,
         }) {
        EXPECT_EQ(refusal_of(std::string(kFirst) + std::string(fields) + "\r\n"),
                  ErrorCode::http_malformed)
            << fields;
    }
    for (const std::string_view coding : {"chunked, chunked", "gzip, chunked", "identity",
                                          "xchunked", "chunked;q=1", "\x0b chunked"}) {
        const auto parsed = parse_request_head(
            std::string(kFirst) + "Transfer-Encoding: " + std::string(coding) + "\r\n\r\n");
        EXPECT_FALSE(parsed.has_value()) << coding;
    }
}

TEST(RequestHead, AConnectionIsAListOfWords) {
    const auto with = [](std::string_view field) {
        return parse_request_head("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(field) +
                                  "\r\n\r\n");
    };
    for (const std::string_view field :
         {"Connection: close", "Connection: keep-alive , x-a", "Connection:", "Connection: ,a,,b",
          "Proxy-Connection: close"}) {
        EXPECT_TRUE(with(field).has_value()) << field;
    }
    for (const std::string_view field : {"Connection: close keep-alive", "Connection: a;b",
                                         "connection: \"close\"", "Proxy-Connection: a@b"}) {
        EXPECT_FALSE(with(field).has_value()) << field;
    }
}

TEST(RequestHead, FirstLinesOfOtherFormsAreRefused) {
    for (const std::string_view line : {
             "GET / HTTP/1.1 "sv,
             "GET  / HTTP/1.1"sv,
             "GET /"sv,
             "GET / HTTP/2.0"sv,
             "GET / http/1.1"sv,
             "GET / HTTP/1.10"sv,
             " GET / HTTP/1.1"sv,
             "GET http://a/ HTTP/1.1"sv,
             "GET * HTTP/1.1"sv,
             "GET /a b HTTP/1.1"sv,
             "GET /\x01 HTTP/1.1"sv,
             "GET /\xff HTTP/1.1"sv,
             "GET /# HTTP/1.1"sv,
             "G@T / HTTP/1.1"sv,
             ""sv,
             "GET"sv,
         }) {
        EXPECT_EQ(refusal_of(std::string(line) + "\r\nHost: a\r\n\r\n"), ErrorCode::http_malformed)
            << line;
    }
}

TEST(RequestHead, OldVersionsHaveNoChunksAndNeedNoHost) {
    EXPECT_TRUE(parse_request_head("GET / HTTP/1.0\r\n\r\n").has_value());
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), ErrorCode::http_malformed);
    EXPECT_EQ(refusal_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
              ErrorCode::http_malformed);
}

std::string head_with(std::size_t fields, std::size_t value_bytes) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < fields; ++i) {
        head += "X: " + std::string(value_bytes, 'a') + "\r\n";
    }
    return head + "\r\n";
}

TEST(RequestHead, LimitsAreClosed) {
    EXPECT_TRUE(parse_request_head(head_with(kMaxHeadFields, 1)).has_value());
    EXPECT_EQ(refusal_of(head_with(kMaxHeadFields + 1, 1)), ErrorCode::http_head_too_large);
    EXPECT_TRUE(parse_request_head(head_with(2, kMaxHeadLineBytes - 3)).has_value());
    EXPECT_EQ(refusal_of(head_with(2, kMaxHeadLineBytes - 2)), ErrorCode::http_head_too_large);
    EXPECT_EQ(refusal_of(head_with(40, 1000)), ErrorCode::http_head_too_large);
}

TEST(RequestHead, EveryCutIsRefused) {
    const std::string whole = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(parse_request_head(whole.substr(0, size)).has_value()) << size;
    }
    EXPECT_FALSE(parse_request_head(whole + "x").has_value());
}

}  // namespace
}  // namespace limpid::service
