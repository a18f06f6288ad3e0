#include "native/audit/audit_log.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/audit/event_sampler.hpp"
#include "native/audit/log_parts.hpp"
#include "native/platform/random_source.hpp"

namespace limpid::audit {
namespace {

using Lines = std::vector<std::string>;

security::Secret key_of(char letter) {
    return *security::Secret::copy_of(security::as_bytes(std::string(32, letter)));
}

class AuditLogTest : public testing::Test {
protected:
    void SetUp() override {
        const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::temp_directory_path() /
                  ("limpid-audit-" + std::to_string(::getpid()) + test->name());
        std::filesystem::create_directory(folder_);
        options_.file = folder_ / "audit.jsonl";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<AuditLog> open() {
        auto log = AuditLog::open(options_, random_);
        EXPECT_TRUE(log.has_value()) << (log ? "" : log.error().message());
        return log ? *std::move(log) : nullptr;
    }

    ErrorCode refusal() {
        const auto log = AuditLog::open(options_, random_);
        EXPECT_FALSE(log.has_value());
        return log ? ErrorCode::internal_failure : log.error().id();
    }

    /// Write some records, and close the log.
    void write(int count) {
        const auto log = open();
        ASSERT_NE(log, nullptr);
        for (int i = 0; i < count; ++i) {
            const Event event{.name = "auth.failed",
                              .principal = "p",
                              .client = "192.0.2.1",
                              .request_id = "r" + std::to_string(i),
                              .details = {{"reason", "apikey.mismatch"}}};
            ASSERT_TRUE(log->append(event).has_value());
        }
    }

    Result<VerifiedLog> verify(const Visit& visit = {}) {
        const auto chain = Chain::make(options_.key);
        return verify_log(options_.file, *chain, visit);
    }

    /// "ok", or what is wrong.
    std::string verdict() {
        const auto log = verify();
        if (log) return "ok";
        EXPECT_EQ(log.error().id(), ErrorCode::audit_broken) << log.error().message();
        return log.error().found();
    }

    static std::string text(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static void put(const std::string& path, const std::string& contents) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << contents;
    }
    Lines lines() {
        Lines out;
        std::ifstream file(options_.file);
        for (std::string line; std::getline(file, line);) out.push_back(line);
        return out;
    }
    void put(const Lines& lines) {
        std::string contents;
        for (const std::string& line : lines) contents += line + "\n";
        put(options_.file, contents);
    }

    std::filesystem::path folder_;
    LogOptions options_;
    platform::SystemRandom random_;
};

TEST_F(AuditLogTest, KnowsWhatItHeldWhenItWasOpened) {
    write(3);
    const auto log = open();
    ASSERT_NE(log, nullptr);
    const std::uint64_t last = log->last_seq();
    Event event{.name = "auth.failed",
                .principal = "p",
                .client = "192.0.2.1",
                .request_id = "r2",
                .details = {{"reason", "apikey.mismatch"}}};
    EXPECT_TRUE(log->held_after(last - 1, event));
    EXPECT_FALSE(log->held_after(last, event));
    // As it is written: longer texts are cut.
    event.request_id = "r3" + std::string(1000, 'x');
    EXPECT_FALSE(log->held_after(0, event));
    ASSERT_TRUE(log->append(event));
    EXPECT_FALSE(log->held_after(0, event)) << "it was not there at the beginning";
}

TEST_F(AuditLogTest, I19_RecordsAreReadBack) {
    write(3);
    std::vector<Record> records;
    const auto log = verify([&](const Record& record, std::string_view) -> Status {
        records.push_back(record);
        return {};
    });
    ASSERT_TRUE(log.has_value()) << log.error().message();
    ASSERT_EQ(records.size(), 4U);
    EXPECT_EQ(records[0].event.name, kOpened);
    EXPECT_EQ(records[3].seq, 4U);
    EXPECT_EQ(records[3].event.client, "192.0.2.1");
    EXPECT_EQ(records[3].event.principal, "p");
    EXPECT_EQ(records[3].event.request_id, "r2");
    EXPECT_EQ(records[3].event.details.at("reason"), "apikey.mismatch");
    EXPECT_EQ(log->state.log_id.size(), 32U);
    EXPECT_EQ(log->head->seq, 4U);
}

TEST_F(AuditLogTest, I19_EveryEditIsDetected) {
    write(4);
    const Lines good = lines();
    const std::string whole = text(options_.file);
    // A byte in every line, at several places of it.
    for (std::size_t line = 0; line < good.size(); ++line) {
        for (const std::size_t at : {0U, 12U, 80U, 120U, 160U}) {
            Lines bad = good;
            char& byte = bad[line].at(at);
            byte = byte == '1' ? '2' : '1';
            put(bad);
            EXPECT_NE(verdict(), "ok") << "line " << line << " byte " << at;
        }
    }
    put(options_.file, whole);
    EXPECT_EQ(verdict(), "ok");
}

TEST_F(AuditLogTest, I19_DeletionReorderingAndRepetitionAreDetected) {
    write(4);
    const Lines good = lines();
    for (std::size_t line = 0; line < good.size(); ++line) {
        Lines deleted = good;
        deleted.erase(deleted.begin() + static_cast<std::ptrdiff_t>(line));
        put(deleted);
        EXPECT_NE(verdict(), "ok") << "without line " << line;
        Lines repeated = good;
        repeated.insert(repeated.begin() + static_cast<std::ptrdiff_t>(line), good[line]);
        put(repeated);
        EXPECT_NE(verdict(), "ok") << "line " << line << " twice";
        if (line == 0) continue;
        Lines swapped = good;
        std::swap(swapped[line - 1], swapped[line]);
        put(swapped);
        EXPECT_NE(verdict(), "ok") << "line " << line << " moved";
    }
}

TEST_F(AuditLogTest, I19_TruncationIsDetected) {
    write(4);
    const std::string whole = text(options_.file);
    for (const std::size_t size : {whole.size() - 2, whole.size() - 100, whole.size() / 2, 1UL}) {
        put(options_.file, whole.substr(0, size));
        EXPECT_NE(verdict(), "ok") << size;
        EXPECT_EQ(refusal(), ErrorCode::audit_broken) << size;
    }
    put(options_.file, "");
    EXPECT_EQ(refusal(), ErrorCode::audit_broken);
    std::filesystem::remove(options_.file);
    EXPECT_EQ(refusal(), ErrorCode::audit_broken);
    put(options_.file, whole);
    EXPECT_EQ(verdict(), "ok");
    // The head is what tells: without it, or with another, nothing is believed.
    const std::string head = text(head_path(options_.file));
    std::filesystem::remove(head_path(options_.file));
    EXPECT_EQ(refusal(), ErrorCode::audit_broken);
    std::string lower = head;
    lower.replace(lower.find(R"("seq":5)"), 7, R"("seq":4)");
    put(head_path(options_.file), lower);
    EXPECT_NE(verdict(), "ok");
}

TEST_F(AuditLogTest, I19_WithAKeyTheChainCannotBeMadeAnew) {
    const security::Secret key = key_of('k');
    options_.key = &key;
    write(3);
    EXPECT_EQ(verdict(), "ok");
    const security::Secret other = key_of('o');
    options_.key = &other;
    EXPECT_NE(verdict(), "ok");
    EXPECT_EQ(refusal(), ErrorCode::audit_broken);
    // Who has the files but not the key writes a log of their own, whole in itself.
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    options_.key = nullptr;
    write(3);
    EXPECT_EQ(verdict(), "ok");
    options_.key = &key;
    EXPECT_NE(verdict(), "ok");
    const security::Secret weak = *security::Secret::copy_of(security::as_bytes("0123456789"));
    options_.key = &weak;
    EXPECT_EQ(refusal(), ErrorCode::key_too_short);
}

TEST_F(AuditLogTest, I19_ACrashLeavesALineThatIsAccountedFor) {
    write(2);
    const std::string whole = text(options_.file);
    put(options_.file, whole + R"({"chain":"0123)");
    EXPECT_EQ(verify()->torn_bytes, 14U);
    write(1);
    const auto log = verify();
    ASSERT_TRUE(log.has_value()) << log.error().message();
    EXPECT_EQ(log->state.torn_lines, 1U);
    EXPECT_EQ(log->state.records, 5U);
    EXPECT_EQ(log->torn_bytes, 0U);
    // What stands there may not be changed either.
    Lines bad = lines();
    bad.at(3) += "4";
    put(bad);
    EXPECT_NE(verdict(), "ok");
}

TEST_F(AuditLogTest, ACrashBetweenTheRecordAndItsEndLosesNothing) {
    write(2);
    const std::string whole = text(options_.file);
    put(options_.file, whole.substr(0, whole.size() - 1));
    write(1);
    EXPECT_EQ(verdict(), "ok");
    EXPECT_EQ(verify()->state.records, 4U);
}

TEST_F(AuditLogTest, ACrashBeforeTheHeadIsWrittenIsNoTruncation) {
    write(2);
    const std::string head = text(head_path(options_.file));
    write(2);
    put(head_path(options_.file), head);
    EXPECT_EQ(verdict(), "ok");
    write(1);
    EXPECT_EQ(verify()->head->seq, 6U);
}

TEST_F(AuditLogTest, P28_PartsAreCompressedAndTheChainGoesOn) {
    options_.max_bytes = 2'000;
    write(40);
    const auto parts = find_parts(options_.file);
    ASSERT_TRUE(parts.has_value());
    ASSERT_GT(parts->size(), 3U);
    for (const LogPart& part : *parts) EXPECT_TRUE(part.compressed) << part.path;
    const auto log = verify();
    ASSERT_TRUE(log.has_value()) << log.error().message();
    EXPECT_EQ(log->files, parts->size() + 1);
    EXPECT_EQ(log->state.first_seq, 1U);
    write(1);
    EXPECT_EQ(verdict(), "ok");

    const std::string middle = (*parts)[1].path;
    const std::string contents = text(middle);
    put(middle, contents.substr(0, contents.size() - 20));
    EXPECT_FALSE(verify().has_value());
    std::filesystem::remove(middle);
    EXPECT_NE(verdict(), "ok");
    put(middle, contents);
    EXPECT_EQ(verdict(), "ok");
    std::filesystem::remove((*parts)[0].path);
    EXPECT_NE(verdict(), "ok");
}

TEST_F(AuditLogTest, I19_APartThatEndsWhileItIsReadIsNoBreak) {
    options_.max_bytes = 2'000;
    write(40);
    const auto log = open();
    ASSERT_NE(log, nullptr);
    const auto end_part = [&] {
        const std::size_t before = find_parts(options_.file)->size();
        while (find_parts(options_.file)->size() == before) {
            ASSERT_TRUE(log->append({.name = "auth.failed"}).has_value());
        }
    };
    // While the first part is read, what was FILE becomes a part, and that is compressed.
    std::vector<std::uint64_t> seen;
    const auto during = verify([&](const Record& record, std::string_view) -> Status {
        seen.push_back(record.seq);
        if (record.seq == 2) end_part();
        return {};
    });
    ASSERT_TRUE(during.has_value()) << during.error().message();
    EXPECT_EQ(seen.size(), during->state.last_seq);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    // One that is broken stays so, however it moves.
    const std::string first = find_parts(options_.file)->front().path;
    const std::string contents = text(first);
    put(first, contents.substr(0, contents.size() - 20));
    const auto broken = verify([&](const Record& record, std::string_view) -> Status {
        if (record.seq == 2) end_part();
        return {};
    });
    EXPECT_FALSE(broken.has_value());
    put(first, contents);
    EXPECT_EQ(verdict(), "ok");
}

TEST_F(AuditLogTest, P28_WhatIsPastTheRetentionIsRemovedAndThatIsOnRecord) {
    options_.max_bytes = 2'000;
    options_.retention_days = 30;
    write(40);
    const auto parts = *find_parts(options_.file);
    const auto long_ago =
        std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 31);
    for (const std::size_t i : {0U, 1U}) {
        std::filesystem::last_write_time(parts[i].path, long_ago);
    }
    write(0);
    EXPECT_FALSE(std::filesystem::exists(parts[1].path));
    EXPECT_TRUE(std::filesystem::exists(parts[2].path));
    const auto log = verify();
    ASSERT_TRUE(log.has_value()) << log.error().message();
    EXPECT_EQ(log->state.first_seq, parts[2].first_seq);
    EXPECT_EQ(log->state.pruned_before, parts[2].first_seq);
    // One more than that is on record.
    std::filesystem::remove(parts[2].path);
    EXPECT_NE(verdict(), "ok");
}

TEST_F(AuditLogTest, ACrashBetweenTwoPartsBeginsTheNextOne) {
    write(3);
    std::filesystem::rename(options_.file, part_path(options_.file, 1));
    EXPECT_EQ(verdict(), "ok");
    write(1);
    const auto log = verify();
    ASSERT_TRUE(log.has_value()) << log.error().message();
    EXPECT_EQ(log->state.records, 6U);
    EXPECT_EQ(log->files, 2U);
}

TEST_F(AuditLogTest, P18_ItsFilesAreForOwnerAndGroup) {
    const mode_t before = ::umask(0);
    options_.max_bytes = 2'000;
    write(20);
    ::umask(before);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        struct stat status{};
        ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777U, 0640U) << entry.path();
        ++files;
    }
    EXPECT_GT(files, 3U);
}

TEST_F(AuditLogTest, OneProcessWritesIt) {
    const auto log = open();
    EXPECT_EQ(refusal(), ErrorCode::io_unwritable);
}

TEST_F(AuditLogTest, TextsOfAnyKindMakeOneReadableLine) {
    const std::string hostile = std::string("\n\"\\\0\x7f\xff", 6) + std::string(5'000, '\n');
    Event event{.name = hostile, .principal = hostile, .client = hostile, .request_id = hostile};
    for (char name = 'a'; name <= 'z'; ++name) event.details[std::string(1, name)] = hostile;
    {
        const auto log = open();
        ASSERT_TRUE(log->append(event).has_value());
    }
    EXPECT_EQ(lines().size(), 2U);
    EXPECT_LT(lines().back().size(), kMaxLineBytes);
    EXPECT_EQ(verdict(), "ok");
}

TEST(EventSampler, CountsWhatIsTooMuch) {
    EventSampler sampler;
    const EventSampler::Time start{std::chrono::hours(1)};
    EXPECT_TRUE(sampler.admit("a", "1", 2, start));
    EXPECT_TRUE(sampler.admit("a", "1", 2, start));
    EXPECT_FALSE(sampler.admit("a", "1", 2, start));
    EXPECT_TRUE(sampler.admit("a", "2", 2, start));
    EXPECT_TRUE(sampler.admit("b", "1", 2, start));
    EXPECT_TRUE(sampler.take_suppressed(start).empty());
    const auto later = start + EventSampler::kWindow;
    EXPECT_EQ(sampler.take_suppressed(later), (EventSampler::Counts{{"a", 1}}));
    EXPECT_TRUE(sampler.take_suppressed(later).empty());
    EXPECT_TRUE(sampler.admit("a", "1", 2, later));
}

TEST(EventSampler, RemembersNoMoreThanItsBound) {
    EventSampler sampler;
    const EventSampler::Time start{std::chrono::hours(1)};
    std::size_t admitted = 0;
    for (std::size_t i = 0; i < 3 * EventSampler::kMaxPairs; ++i) {
        if (sampler.admit("a", std::to_string(i), 1, start)) ++admitted;
    }
    EXPECT_EQ(admitted, EventSampler::kMaxPairs);
}

}  // namespace
}  // namespace limpid::audit
