#include "native/doctor/check.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "doctor/fixtures.hpp"
#include "doctor/good_subject.hpp"
#include "native/doctor/examination.hpp"
#include "native/doctor/self_tests.hpp"

namespace limpid::doctor {
namespace {

/// Ids of the checks that found something, with what they said.
std::vector<std::string> findings(const Subject& subject) {
    std::vector<std::string> ids;
    for (const Examined& one : examine(subject)) {
        if (one.outcome.verdict == Verdict::finding) {
            ids.push_back(std::string(one.check->id) + ": " + one.outcome.detail);
        }
    }
    return ids;
}

const Outcome& outcome_of(const std::vector<Examined>& examined, std::string_view id) {
    return std::ranges::find(examined, id, [](const Examined& one) { return one.check->id; })
        ->outcome;
}

TEST(Doctor, F18_EveryCheckFindsAGoodInstallationFineAndSkipsNothing) {
    int ok = 0;
    for (const Examined& one : examine(test::good_subject())) {
        EXPECT_EQ(one.outcome.verdict, Verdict::ok) << one.check->id << ": " << one.outcome.detail;
        ++ok;
    }
    std::cout << ok << " checks, " << test::fixtures().size() << " fixtures\n";
    EXPECT_GE(ok, 60);
}

TEST(Doctor, F18_ThereIsOneFixtureForEachCheck) {
    std::set<std::string_view> ids;
    for (const Check& check : checks()) EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    for (const test::Fixture& fixture : test::fixtures()) {
        EXPECT_EQ(ids.erase(fixture.id), 1U) << fixture.id << " is no check, or has two fixtures";
    }
    EXPECT_EQ(ids, std::set<std::string_view>{}) << "checks without a fixture";
}

/// The fixture of one check, named by the requirements it stands for.
class DoctorFixture : public testing::TestWithParam<test::Fixture> {};

TEST_P(DoctorFixture, MakesItsCheckFindSomethingAndNoOther) {
    Subject subject = test::good_subject();
    GetParam().spoil(subject);
    const std::vector<std::string> found_by = findings(subject);
    ASSERT_EQ(found_by.size(), 1U) << testing::PrintToString(found_by);
    EXPECT_TRUE(found_by.front().starts_with(std::string(GetParam().id) + ": "))
        << found_by.front();
    EXPECT_GT(found_by.front().size(), GetParam().id.size() + 2) << "it says nothing";
}

std::string name_of_fixture(const testing::TestParamInfo<test::Fixture>& info) {
    const auto check = std::ranges::find(checks(), info.param.id, &Check::id);
    std::string name = std::string(check->rows) + (check->rows.empty() ? "" : " ");
    name += info.param.id;
    std::ranges::replace_if(name, [](char c) { return c == ' ' || c == '.'; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(, DoctorFixture, testing::ValuesIn(test::fixtures()), name_of_fixture);

TEST(Doctor, F18_TheExitCodeIsTheNumberOfFailures) {
    Subject subject = test::good_subject();
    EXPECT_EQ(exit_code_of(summarise(examine(subject))), 0);
    subject.config.settings->rate_limit_ip = 0;
    subject.tls->key_matches = false;
    subject.self_tests.random_differs = false;
    // Warnings do not count.
    subject.machine.user_id = 0;
    const Summary summary = summarise(examine(subject));
    EXPECT_EQ(summary.failed, 3);
    EXPECT_EQ(summary.warned, 1);
    EXPECT_EQ(exit_code_of(summary), 3);
    EXPECT_EQ(exit_code_of({.failed = 250}), 100);
}

TEST(Doctor, F18_DevelopmentAsksForLess) {
    Subject subject = test::good_subject();
    subject.profile = Profile::development;
    subject.config.settings->rate_limit_ip = 0;
    subject.live.reset();
    const auto examined = examine(subject);
    EXPECT_EQ(outcome_of(examined, "config.rate_limits").verdict, Verdict::skipped);
    EXPECT_EQ(outcome_of(examined, "live.reachable").verdict, Verdict::skipped);
    EXPECT_EQ(outcome_of(examined, "crypto.sha256").verdict, Verdict::ok);
}

TEST(Doctor, NothingIsAssumedOfWhatCouldNotBeGathered) {
    // Neither settings nor files: whatever is not skipped must look at what is there.
    Subject subject;
    subject.config.file_error = Error(ErrorCode::io_unreadable, "limpidd.toml");
    subject.config.path = "limpidd.toml";
    for (const Examined& one : examine(subject)) {
        if (one.check->group != "config") continue;
        const bool said =
            one.outcome.verdict != Verdict::ok || one.check->id == "config.environment";
        EXPECT_TRUE(said || one.check->id == "config.file") << one.check->id;
    }
    EXPECT_EQ(outcome_of(examine(subject), "config.file").verdict, Verdict::finding);
}

TEST(Doctor, TheReportsSayTheSame) {
    Subject subject = test::good_subject();
    subject.tls->key_matches = false;
    subject.machine.kernel_release = "5.4\n\x1b[31m";
    const auto examined = examine(subject);
    const std::string text = report_text(subject, examined, {});
    EXPECT_NE(text.find("  FAIL key and certificate belong together"), std::string::npos) << text;
    EXPECT_NE(text.find("       tls.key_match; "), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    const auto json = nlohmann::json::parse(report_json(subject, examined, {}));
    EXPECT_EQ(json.at("checks").size(), checks().size());
    EXPECT_EQ(json.at("summary").at("failed"), 1);
    EXPECT_EQ(json.at("summary").at("warned"), 1);
    EXPECT_EQ(json.at("profile"), "production");
    for (const auto& check : json.at("checks")) {
        EXPECT_EQ(check.contains("remedy"), check.at("verdict") == "finding");
    }
}

TEST(Doctor, ThePictureIsTheOneWhoseDigestHoldsOnEveryTarget) {
    std::ifstream golden(LIMPID_GOLDEN);
    const std::string wanted = std::string(kPictureDigest) + " jpeg sizes/7x5.png auto";
    bool listed_there = false;
    for (std::string line; std::getline(golden, line);) listed_there |= line == wanted;
    EXPECT_TRUE(listed_there);
}

}  // namespace
}  // namespace limpid::doctor
