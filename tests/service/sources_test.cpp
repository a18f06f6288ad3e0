#include "native/service/sources/sources.hpp"

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "native/service/sources/url_keys.hpp"
#include "native/worker/landlock.hpp"
#include "sources_fixture.hpp"

namespace limpid::service::sources {
namespace {

std::string text_of(const Picture& picture) {
    return {reinterpret_cast<const char*>(picture.bytes.data()), picture.bytes.size()};
}

/// A folder with a photo, and what is no file of it.
class SourcesTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("limpid-sources-" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_ / "root" / "inside");
        write("secret.txt", "secret");
        write("root/a.jpg", "picture");
        write("root/inside/b.jpg", "another");
        std::filesystem::create_symlink("a.jpg", folder_ / "root" / "link.jpg");
        std::filesystem::create_symlink("../secret.txt", folder_ / "root" / "out.jpg");
        std::filesystem::create_directory_symlink("/", folder_ / "root" / "top");
        ASSERT_EQ(::mkfifo((folder_ / "root" / "fifo.jpg").c_str(), 0600), 0);
        settings_ = default_settings();
        settings_.source_root = folder_ / "root";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const char* name, std::string_view text) {
        std::ofstream(folder_ / name, std::ios::binary) << text;
    }

    void open(outbound::Client* client = nullptr) {
        const security::Secret keys = secret_of(kTestKeys);
        auto opened = Sources::open(context_.get_executor(), settings_, &keys, client);
        ASSERT_TRUE(opened.has_value()) << opened.error().message();
        sources_ = *std::move(opened);
    }

    Result<Picture> fetch(const Source& source, std::uint64_t max_bytes = 1000) {
        std::optional<Result<Picture>> got;
        MemoryBudget::Share share(budget_);
        context_.restart();
        auto guard = boost::asio::make_work_guard(context_);
        sources_->async_fetch(
            source, {.max_bytes = max_bytes, .timeout = std::chrono::seconds(5), .share = share},
            [&](Result<Picture> picture) {
                held_bytes_ = budget_.held_bytes();
                got = std::move(picture);
                guard.reset();
            });
        context_.run();
        return *std::move(got);
    }

    std::filesystem::path folder_;
    Settings settings_;
    MemoryBudget budget_{1000};
    std::uint64_t held_bytes_ = 0;
    boost::asio::io_context context_;
    std::unique_ptr<Sources> sources_;
};

TEST_F(SourcesTest, FilesBelowTheFolderAreRead) {
    open();
    EXPECT_EQ(text_of(*fetch({SourceKind::local, "a.jpg", ""})), "picture");
    EXPECT_EQ(held_bytes_, 7U);
    EXPECT_EQ(text_of(*fetch({SourceKind::local, "inside/b.jpg", ""})), "another");
    EXPECT_EQ(code_of(fetch({SourceKind::local, "a.jpg", ""}, 6)), ErrorCode::upload_too_large);
    const auto text = std::string(2000, 'x');
    write("root/large.jpg", text);
    EXPECT_EQ(code_of(fetch({SourceKind::local, "large.jpg", ""}, 5000)),
              ErrorCode::service_overloaded);
    EXPECT_EQ(budget_.held_bytes(), 0U);
}

TEST_F(SourcesTest, V14_NothingElseIsOpened) {
    const auto root = open_folder(settings_.source_root);
    ASSERT_TRUE(root.has_value());
    // Not even what parse_source() would have let through by a defect.
    for (const char* path :
         {"link.jpg", "out.jpg", "top/etc/passwd", "fifo.jpg", "inside", ".", "..", "",
          "../secret.txt", "inside/../../secret.txt", "/etc/passwd", "/proc/self/environ",
          "nothing.jpg", "a.jpg/x", "inside/../a.jpg/.", "/dev/zero"}) {
        EXPECT_EQ(code_of(open_below(root->get(), path)), ErrorCode::source_not_found) << path;
    }
    EXPECT_EQ(code_of(open_below(root->get(), std::string("a.jpg\0b", 7))),
              ErrorCode::source_not_found);
    EXPECT_TRUE(open_below(root->get(), "a.jpg").has_value());
}

TEST_F(SourcesTest, V14_ASwappedLinkIsNeverFollowed) {
    const auto root = open_folder(settings_.source_root);
    ASSERT_TRUE(root.has_value());
    write("root/swapped.jpg", "picture");
    std::atomic<bool> stop = false;
    std::thread swapper([&] {
        const auto other = folder_ / "root" / "other";
        while (!stop) {
            std::filesystem::create_symlink(folder_ / "secret.txt", other);
            std::filesystem::rename(other, folder_ / "root" / "swapped.jpg");
            write("root/other", "picture");
            std::filesystem::rename(other, folder_ / "root" / "swapped.jpg");
        }
    });
    int opened = 0;
    int escaped = 0;
    for (int i = 0; i < 100'000; ++i) {
        const auto file = open_below(root->get(), "swapped.jpg");
        if (!file) continue;
        ++opened;
        if (file->size_bytes == std::string_view("secret").size()) ++escaped;
    }
    stop = true;
    swapper.join();
    EXPECT_GT(opened, 0);
    EXPECT_EQ(escaped, 0);
}

TEST_F(SourcesTest, I14_TheThreadThatReadsCannotWrite) {
    const auto root = open_folder(settings_.source_root);
    ASSERT_TRUE(root.has_value());
    // As root nothing but Landlock refuses these.
    const auto tried =
        std::async(std::launch::async, [&] {
            std::vector<int> errors;
            if (worker::allow_reading_below(root->get()) == 0) return errors;
            const auto attempt = [&](const std::filesystem::path& path, int flags) {
                const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
                errors.push_back(fd < 0 ? errno : 0);
                if (fd >= 0) ::close(fd);
            };
            attempt(folder_ / "root" / "a.jpg", O_RDONLY);
            attempt(folder_ / "root" / "a.jpg", O_WRONLY);
            attempt(folder_ / "root" / "a.jpg", O_RDWR);
            attempt(folder_ / "root" / "new.jpg", O_WRONLY | O_CREAT);
            attempt(folder_ / "secret.txt", O_RDONLY);
            attempt("/etc/passwd", O_RDONLY);
            errors.push_back(::unlink((folder_ / "root" / "a.jpg").c_str()) == 0 ? 0 : errno);
            return errors;
        }).get();
    if (tried.empty()) GTEST_SKIP() << "this kernel has no Landlock";
    EXPECT_EQ(tried, (std::vector<int>{0, EACCES, EACCES, EACCES, EACCES, EACCES, EACCES}));
    open();
    EXPECT_FALSE(sources_->is_unconfined());
    // The other threads are as they were.
    write("root/new.jpg", "new");
    EXPECT_EQ(text_of(*fetch({SourceKind::local, "new.jpg", ""})), "new");
}

TEST_F(SourcesTest, WithoutSourcesOrKeysThereIsNothing) {
    const security::Secret keys = secret_of(kTestKeys);
    const auto open_with = [&](const security::Secret* with) {
        return Sources::open(context_.get_executor(), settings_, with, nullptr);
    };
    EXPECT_EQ(code_of(open_with(nullptr)), ErrorCode::key_none);
    settings_.source_root = folder_ / "root" / "a.jpg";
    EXPECT_EQ(code_of(open_with(&keys)), ErrorCode::config_invalid_value);
    settings_.source_root = "";
    const auto none = open_with(&keys);
    ASSERT_TRUE(none.has_value());
    EXPECT_EQ(*none, nullptr);
    for (const char* hosts : {"a.example:80", "https://a.example", "a/b", "*.example"}) {
        settings_.source_hosts = hosts;
        EXPECT_EQ(code_of(open_with(&keys)), ErrorCode::config_invalid_value) << hosts;
    }
    settings_.source_hosts = "images.example";
    EXPECT_EQ(code_of(open_with(&keys)), ErrorCode::config_invalid_value) << "nothing reaches it";
}

/// Answers what it is told to, later.
class FakeClient final : public outbound::Client {
public:
    explicit FakeClient(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

    void async_send(outbound::Request request, Answered answered) override {
        asked.push_back(std::move(request));
        boost::asio::post(executor_,
                          [this, answered = std::move(answered)]() mutable { answered(answer); });
    }

    std::vector<outbound::Request> asked;
    Result<outbound::Reply> answer = outbound::Reply();

private:
    boost::asio::any_io_executor executor_;
};

class RemoteSourcesTest : public SourcesTest {
protected:
    void SetUp() override {
        SourcesTest::SetUp();
        settings_.source_hosts = "images.example, Other.Example";
        open(&client_);
    }
    Result<Picture> answered(int status, std::string body, std::vector<HeaderField> fields = {}) {
        client_.answer = outbound::Reply{status, std::move(fields), std::move(body)};
        return fetch(kSource);
    }

    static inline const Source kSource{SourceKind::remote, "https://images.example/a.jpg",
                                       "images.example"};
    FakeClient client_{context_.get_executor()};
};

TEST_F(RemoteSourcesTest, OnlyTheHostsOfTheSettingsAreAsked) {
    const auto urls = read_url_keys(secret_of(kTestKeys));
    const auto read = [&](const char* url) {
        return sources_->read(*urls->sign(source_path("", url)), {});
    };
    EXPECT_TRUE(read("https://images.example/a.jpg").has_value());
    EXPECT_TRUE(read("http://OTHER.example:8080/a.jpg").has_value());
    for (const char* url :
         {"https://example/a.jpg", "https://images.example.org/", "https://a.images.example/",
          "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]/"}) {
        EXPECT_EQ(code_of(read(url)), ErrorCode::source_not_found) << url;
    }
    EXPECT_TRUE(client_.asked.empty());
}

TEST_F(RemoteSourcesTest, AnswersBecomePictures) {
    const auto picture = answered(200, "bytes", {{"content-type", "image/png"}});
    ASSERT_TRUE(picture.has_value());
    EXPECT_EQ(text_of(*picture), "bytes");
    EXPECT_EQ(picture->content_type, "image/png");
    EXPECT_EQ(held_bytes_, 5U);
    ASSERT_EQ(client_.asked.size(), 1U);
    EXPECT_EQ(client_.asked[0].url, "https://images.example/a.jpg");
    EXPECT_EQ(client_.asked[0].max_body_bytes, 1000U);
    EXPECT_EQ(client_.asked[0].timeout, std::chrono::seconds(5));
    EXPECT_FALSE(answered(200, "x", {{"Content-Type", "binary/octet-stream"}})->content_type);
    for (const int status : {404, 410}) {
        EXPECT_EQ(code_of(answered(status, "")), ErrorCode::source_not_found);
    }
    for (const int status : {204, 206, 301, 302, 403, 500}) {
        EXPECT_EQ(code_of(answered(status, "x")), ErrorCode::outbound_failed) << status;
    }
    EXPECT_EQ(code_of(answered(200, std::string(1001, 'x'))), ErrorCode::upload_too_large);
    client_.answer = fail(ErrorCode::network_forbidden_address);
    EXPECT_EQ(code_of(fetch(kSource)), ErrorCode::network_forbidden_address);
}

TEST_F(RemoteSourcesTest, WhatMayComeHasRoomBeforeItIsAskedFor) {
    MemoryBudget::Share other(budget_);
    ASSERT_TRUE(other.grow_to(1));
    EXPECT_EQ(code_of(fetch(kSource)), ErrorCode::service_overloaded);
    EXPECT_TRUE(client_.asked.empty());
}

}  // namespace
}  // namespace limpid::service::sources
