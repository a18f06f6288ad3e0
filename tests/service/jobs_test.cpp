#include <fstream>
#include <string>

#include "jobs_fixture.hpp"

namespace limpid::service::jobs {
namespace {

TEST_F(JobsTest, JobsRunInTheirOrderAndEnd) {
    open();
    ASSERT_TRUE(submit("a", "one").has_value());
    ASSERT_TRUE(submit("b", "two").has_value());
    const auto claimed = storage_->claim_next(2);
    ASSERT_TRUE(claimed.has_value() && claimed->has_value());
    EXPECT_EQ((*claimed)->job.id, "a");
    EXPECT_EQ(text_of(*(*claimed)->input), "one");
    EXPECT_EQ(claim(), "b");
    EXPECT_EQ(claim(), "");
    const auto done = storage_->complete("a", bytes_of("made"), "image/jpeg", 3);
    ASSERT_TRUE(done.has_value() && done->has_value());
    EXPECT_EQ((*done)->status, JobStatus::done);
    EXPECT_GT((*done)->revision, (*claimed)->job.revision);
    EXPECT_EQ(text_of(*storage_->read_output((*done)->output)), "made");
    ASSERT_TRUE(storage_->fail_job("b", Error(ErrorCode::image_truncated, "at 7"), 4).has_value());
    const JobRecord failed = find("b");
    EXPECT_EQ(failed.error_code, "image.truncated");
    EXPECT_EQ(failed.error_found, "at 7");
    EXPECT_EQ(failed.ended_ms, 4);
    // The photos are gone, the output is not.
    EXPECT_EQ(blobs(), 1U);
    EXPECT_EQ(storage_->counts(), (JobCounts{0, 0, 1, 1, 0}));
    // Nothing ends twice.
    EXPECT_FALSE(storage_->complete("a", bytes_of("other"), "image/png", 9)->has_value());
    EXPECT_FALSE(storage_->put_back("b")->has_value());
    EXPECT_EQ(find("a").output_type, "image/jpeg");
}

TEST_F(JobsTest, AJobIsTriedAsOftenAsItMay) {
    open();
    ASSERT_TRUE(submit("a").has_value());
    const Error died(ErrorCode::worker_died);
    for (const JobStatus after : {JobStatus::queued, JobStatus::failed}) {
        ASSERT_EQ(claim(), "a");
        // What could not be tried does not count.
        ASSERT_TRUE(storage_->put_back("a").has_value());
        ASSERT_EQ(claim(), "a");
        ASSERT_TRUE(storage_->retry("a", died, 2, 5).has_value());
        EXPECT_EQ(find("a").status, after);
    }
    EXPECT_EQ(find("a").error_code, "worker.died");
    EXPECT_EQ(find("a").attempts, 2);
}

TEST_F(JobsTest, TheSameKeyIsTheSameJob) {
    open();
    ASSERT_TRUE(submit("a", "photo", "key")->is_new);
    const auto again = submit("b", "photo", "key");
    ASSERT_TRUE(again.has_value());
    EXPECT_FALSE(again->is_new);
    EXPECT_EQ(again->job.id, "a");
    EXPECT_EQ(code_of(submit("c", "other", "key")), ErrorCode::idempotency_mismatch);
    EXPECT_TRUE(submit("d", "other", "key", kWide, "you")->is_new);
    EXPECT_TRUE(submit("e", "photo")->is_new);
    EXPECT_TRUE(submit("f", "photo")->is_new);
    // A key that is known needs no room.
    EXPECT_TRUE(submit("g", "photo", "key", {.max_jobs = 0, .max_jobs_per_owner = 0}).has_value());
}

TEST_F(JobsTest, ThereAreAsManyJobsAsMayBe) {
    open();
    const JobLimits limits{.max_jobs = 3, .max_jobs_per_owner = 2};
    ASSERT_TRUE(submit("a", "photo", "", limits).has_value());
    ASSERT_TRUE(submit("b", "photo", "", limits).has_value());
    EXPECT_EQ(code_of(submit("c", "photo", "", limits)), ErrorCode::jobs_too_many);
    ASSERT_TRUE(submit("d", "photo", "", limits, "you").has_value());
    EXPECT_EQ(code_of(submit("e", "photo", "", limits, "they")), ErrorCode::jobs_full);
    ASSERT_EQ(claim(), "a");
    EXPECT_EQ(code_of(submit("e", "photo", "", limits, "they")), ErrorCode::jobs_full);
    ASSERT_TRUE(storage_->complete("a", bytes_of("made"), "image/jpeg", 3).has_value());
    EXPECT_TRUE(submit("e", "photo", "", limits).has_value());
}

TEST_F(JobsTest, AnothersJobDoesNotExist) {
    open();
    ASSERT_TRUE(submit("a").has_value());
    EXPECT_EQ(code_of(storage_->find("a", "you")), ErrorCode::job_not_found);
    EXPECT_EQ(code_of(storage_->find("b", "me")), ErrorCode::job_not_found);
    EXPECT_EQ(code_of(storage_->cancel_or_forget("a", "you", 9)), ErrorCode::job_not_found);
    EXPECT_EQ(find("a").status, JobStatus::queued);
}

TEST_F(JobsTest, CancelledJobsStayAndEndedOnesAreForgotten) {
    open();
    ASSERT_TRUE(submit("a").has_value());
    ASSERT_TRUE(submit("b").has_value());
    ASSERT_EQ(claim(), "a");
    EXPECT_TRUE(storage_->cancel_or_forget("a", "me", 3)->has_value());
    EXPECT_FALSE(storage_->cancel_or_forget("a", "me", 3)->has_value());
    EXPECT_EQ(find("a").status, JobStatus::cancelled);
    // What the worker still makes of it is not wanted.
    EXPECT_FALSE(storage_->complete("a", bytes_of("made"), "image/jpeg", 4)->has_value());
    ASSERT_EQ(claim(), "b");
    ASSERT_TRUE(storage_->complete("b", bytes_of("made"), "image/jpeg", 4).has_value());
    EXPECT_EQ(blobs(), 1U);
    EXPECT_FALSE(storage_->cancel_or_forget("b", "me", 5)->has_value());
    EXPECT_EQ(code_of(storage_->find("b", "me")), ErrorCode::job_not_found);
    EXPECT_EQ(blobs(), 0U);
}

TEST_F(JobsTest, OldJobsAreSweptAway) {
    open();
    for (int i = 0; i < 103; ++i) {
        const std::string id = std::to_string(i);
        ASSERT_TRUE(
            submit(id, "photo", id, {.max_jobs = 200, .max_jobs_per_owner = 200}).has_value());
        if (i >= 2) {
            ASSERT_TRUE(storage_->cancel_or_forget(id, "me", 10).has_value());
        }
    }
    ASSERT_EQ(claim(), "0");
    ASSERT_TRUE(storage_->complete("0", bytes_of("made"), "image/jpeg", 20).has_value());
    EXPECT_TRUE(*storage_->sweep(20));
    EXPECT_FALSE(*storage_->sweep(20));
    EXPECT_EQ(storage_->counts(), (JobCounts{1, 0, 1, 0, 0}));
    EXPECT_FALSE(*storage_->sweep(21));
    EXPECT_EQ(storage_->counts(), (JobCounts{1, 0, 0, 0, 0}));
    EXPECT_EQ(blobs(), 1U);
    EXPECT_EQ(claim(), "1");
}

TEST_F(JobsTest, ANewStartGoesOnWithWhatWasThere) {
    open();
    ASSERT_TRUE(submit("a").has_value());
    ASSERT_TRUE(submit("b", "other").has_value());
    ASSERT_EQ(claim(), "a");
    const std::int64_t revision = find("a").revision;
    // As if a crash came between a blob and its row.
    std::ofstream(folder_ / "blobs" / std::string(64, 'a')) << "orphan";
    open();
    EXPECT_EQ(storage_->counts(), (JobCounts{2, 0, 0, 0, 0}));
    EXPECT_GT(find("a").revision, revision);
    EXPECT_EQ(blobs(), 2U);
    EXPECT_EQ(claim(), "a");
    EXPECT_EQ(find("a").attempts, 0);
}

}  // namespace
}  // namespace limpid::service::jobs
