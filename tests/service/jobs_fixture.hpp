#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <unistd.h>

#include "native/service/jobs/storage.hpp"
#include "values.hpp"

namespace limpid::service::jobs {

inline constexpr JobLimits kWide{.max_jobs = 100, .max_jobs_per_owner = 100};

inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

inline std::string text_of(const ByteBuffer& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class JobsTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ =
            std::filesystem::temp_directory_path() / ("limpid-jobs-" + std::to_string(::getpid()));
        std::filesystem::remove_all(folder_);
    }
    void TearDown() override {
        storage_.reset();
        std::filesystem::remove_all(folder_);
    }

    void open() {
        storage_.reset();  // one at a time
        auto opened = Storage::open(folder_);
        ASSERT_TRUE(opened.has_value()) << opened.error().message();
        storage_ = *std::move(opened);
    }

    Result<Submitted> submit(const std::string& id, std::string_view photo = "photo",
                             const std::string& key = "", const JobLimits& limits = kWide,
                             const std::string& owner = "me") {
        JobRecord job;
        job.id = id;
        job.owner = owner;
        job.idempotency_key = key;
        job.fingerprint = photo;
        job.created_ms = 1;
        return storage_->submit(job, bytes_of(photo), limits);
    }

    std::string claim() {
        const auto claimed = storage_->claim_next(2);
        EXPECT_TRUE(claimed.has_value());
        return *claimed ? (*claimed)->job.id : "";
    }

    JobRecord find(const std::string& id) {
        const auto job = storage_->find(id, "me");
        EXPECT_TRUE(job.has_value()) << id;
        return job ? *job : JobRecord();
    }

    std::size_t blobs() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / "blobs")) {
            EXPECT_NE(entry.path().filename(), "incoming");
            ++count;
        }
        return count;
    }

    std::filesystem::path folder_;
    std::unique_ptr<Storage> storage_;
};

}  // namespace limpid::service::jobs
