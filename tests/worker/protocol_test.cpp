#include "native/worker/protocol.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include <sys/socket.h>

#include "native/worker/message.hpp"

namespace limpid::worker {
namespace {

TEST(WorkerProtocol, KeepsEveryMemberOfARequest) {
    Request request;
    request.job = 9;
    request.task = Task::analyse;
    request.recipe_bytes = 1;
    request.lut_bytes = 2;
    request.image_bytes = 3;
    request.output_capacity_bytes = 4;
    request.options.preset = Preset::restore;
    request.options.strength = Decimal::from_ten_thousandths(1'234);
    request.options.lut_strength = Decimal::from_ten_thousandths(4'321);
    request.options.resize = Resize{.width_px = 5,
                                    .height_px = -6,
                                    .fit = Fit::exact,
                                    .filter = ResizeFilter::magic_kernel_sharp_2021,
                                    .enlarge = false};
    request.options.format = FileFormat::webp;
    request.options.encode = {.quality = 7,
                              .chroma_subsampling = ChromaSubsampling::s422,
                              .progressive = true,
                              .lossless = true,
                              .metadata = MetadataPolicy::keep};
    request.options.limits.max_pixels = 8;
    request.options.limits.max_json_values = UINT64_MAX;
    const std::string json = to_json(request);
    const auto read = parse_request(json);
    ASSERT_TRUE(read) << json;
    EXPECT_EQ(to_json(*read), json);
    EXPECT_EQ(read->options.resize, request.options.resize);
    EXPECT_EQ(read->options.limits.max_pixels, 8U);
    EXPECT_GT(read->options.limits.max_json_values, std::uint64_t{1} << 52);
    EXPECT_EQ(read->options.encode.quality, 7);
    EXPECT_EQ(read->options.preset, Preset::restore);
    EXPECT_EQ(read->task, Task::analyse);
    EXPECT_EQ(read->job, 9U);
}

TEST(WorkerProtocol, RefusesARequestWithAnythingWrong) {
    const std::string good = to_json(Request{});
    ASSERT_TRUE(parse_request(good));
    EXPECT_FALSE(parse_request(good.substr(1)));
    const auto with = [&good](std::string_view before, std::string_view after) {
        std::string changed = good;
        const auto at = changed.find(before);
        EXPECT_NE(at, std::string::npos) << before;
        return changed.replace(at, before.size(), after);
    };
    EXPECT_FALSE(parse_request(with("\"task\":2", "\"task\":3")));
    EXPECT_FALSE(parse_request(with("\"task\":2", "\"task\":-1")));
    EXPECT_FALSE(parse_request(with("\"task\":2", "\"task\":\"2\"")));
    EXPECT_FALSE(parse_request(with("\"task\":2", "\"task\":2,\"task\":2")));
    EXPECT_FALSE(parse_request(with("\"task\":2", "\"task\":2,\"tusk\":2")));
    EXPECT_FALSE(parse_request(with("\"strength\":10000", "\"strength\":10001")));
    EXPECT_FALSE(parse_request(with("\"job\":0", "\"job\":-1")));
    EXPECT_FALSE(parse_request(with("\"job\":0", "\"jobs\":0")));
    EXPECT_FALSE(parse_request(with("\"max_pixels\":", "\"max_pixel\":")));
    EXPECT_FALSE(parse_request(with("\"quality\":90", "\"quality\":101")));
    EXPECT_FALSE(parse_request(with("\"task\":2", "\"task\":2,\"format\":3")));
    EXPECT_FALSE(parse_request(with("\"task\":2", "\"task\":2,\"resize\":{}")));
}

TEST(WorkerProtocol, KeepsAnErrorAndMakesItPrintable) {
    Reply reply;
    reply.job = 9;
    reply.error.emplace(ErrorCode::image_too_large, "20 x 20 px\nmax_width_px is 10");
    const auto read = parse_reply(to_json(reply));
    ASSERT_TRUE(read && read->error);
    EXPECT_EQ(read->error->id(), ErrorCode::image_too_large);
    EXPECT_EQ(read->error->found(), "20 x 20 px\\x0amax_width_px is 10");
    EXPECT_EQ(read->job, 9U);
}

TEST(WorkerProtocol, RefusesAReplyThatNamesNoJob) {
    EXPECT_TRUE(parse_reply(R"({"job":1,"output_bytes":0,"report_bytes":2})"));
    EXPECT_FALSE(parse_reply(R"({"output_bytes":0,"report_bytes":2})"));
    EXPECT_TRUE(parse_reply(R"({"job":1,"error":"image.empty","found":""})"));
    EXPECT_FALSE(parse_reply(R"({"error":"image.empty","found":""})"));
}

TEST(WorkerProtocol, CutsALongError) {
    Reply reply;
    reply.error.emplace(ErrorCode::image_malformed, std::string(100'000, '\xc3'));
    const std::string json = to_json(reply);
    EXPECT_LT(json.size(), kMaxMessageBytes / 2);
    EXPECT_TRUE(parse_reply(json));
}

TEST(WorkerProtocol, CutsAnErrorThatAWorkerDidNot) {
    const auto read = parse_reply(R"({"job":1,"error":"image.malformed","found":")" +
                                  std::string(10'000, 'x') + "\"}");
    ASSERT_TRUE(read && read->error);
    EXPECT_EQ(read->error->found().size(), 1024U);
}

/// Both ends of a connection.
struct Connection {
    Connection() {
        std::array<int, 2> ends{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
            ADD_FAILURE();
        here = platform::FileDescriptor(ends[0]);
        there = platform::FileDescriptor(ends[1]);
    }
    platform::FileDescriptor here;
    platform::FileDescriptor there;
};

TEST(WorkerMessages, CarryTextAndFiles) {
    const Connection connection;
    const std::array files = {0, 1};
    const std::string json(kMaxMessageBytes - 12, 'x');
    ASSERT_TRUE(send_message(connection.here.get(), MessageKind::job, json, files, Wait::no));
    const auto message = receive_message(connection.there.get(), Wait::yes);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->kind, MessageKind::job);
    EXPECT_EQ(message->json, json);
    EXPECT_EQ(message->files.size(), 2U);
    EXPECT_EQ(receive_message(connection.there.get(), Wait::no).error(), NoMessage::not_yet);
}

TEST(WorkerMessages, AreNotSentWhenTooLarge) {
    const Connection connection;
    const std::string json(kMaxMessageBytes - 11, 'x');
    EXPECT_FALSE(send_message(connection.here.get(), MessageKind::job, json, {}, Wait::no));
}

TEST(WorkerMessages, OfAnyOtherFormAreMalformed) {
    const std::string good = std::string("WPML\x02\x00\x03\x00\x02\x00\x00\x00{}", 14);
    const auto received = [](const std::string& packet) {
        const Connection connection;
        EXPECT_EQ(::send(connection.here.get(), packet.data(), packet.size(), 0),
                  static_cast<ssize_t>(packet.size()));
        return receive_message(connection.there.get(), Wait::yes);
    };
    ASSERT_TRUE(received(good));
    for (std::size_t length = 1; length < good.size(); ++length) {
        EXPECT_EQ(received(good.substr(0, length)).error(), NoMessage::malformed) << length;
    }
    EXPECT_EQ(received(good + "x").error(), NoMessage::malformed);
    for (const std::size_t at : {0U, 4U, 8U}) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] + 1);
        EXPECT_EQ(received(bad).error(), NoMessage::malformed) << at;
    }
    EXPECT_EQ(received(good + std::string(20'000, 'x')).error(), NoMessage::malformed);
}

TEST(WorkerMessages, EndWithTheOtherSide) {
    Connection connection;
    connection.there = {};
    EXPECT_EQ(receive_message(connection.here.get(), Wait::yes).error(), NoMessage::closed);
    EXPECT_FALSE(send_message(connection.here.get(), MessageKind::job, "{}", {}, Wait::no));
}

}  // namespace
}  // namespace limpid::worker
