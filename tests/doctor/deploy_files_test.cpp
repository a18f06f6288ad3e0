#include "native/doctor/deploy_files.hpp"

#include <string>

#include <gtest/gtest.h>

#include "doctor/fixtures.hpp"
#include "doctor/good_subject.hpp"
#include "native/doctor/check.hpp"
#include "native/doctor/yaml.hpp"

namespace limpid::doctor {
namespace {

constexpr std::string_view kOtherLayout = R"(
x-safe: &safe
  - "ALL"
"services":
  front: {image: "nginx:1.27"}
  web:
    'image': example.com/limpidd:1.0
    user: '10001'
    "read_only":   true
    cap_drop: *safe
    security_opt:
    - 'no-new-privileges=true'
    networks: {inner: }
    deploy: {resources: {limits: {memory: 4g, pids: 512}}}
networks: {inner: {internal: true}}
)";

Subject composed(std::string text) {
    Subject subject = test::good_subject();
    subject.deploy->compose = std::move(text);
    return subject;
}

TEST(Compose, F17_ALayoutOfAnotherKindIsReadAlike) {
    const Subject subject = composed(std::string(kOtherLayout));
    for (const auto check :
         {&deploy_compose_file, &deploy_compose_user, &deploy_compose_read_only,
          &deploy_compose_capabilities, &deploy_compose_no_new_privileges,
          &deploy_compose_isolation, &deploy_compose_secrets, &deploy_compose_ports,
          &deploy_compose_network, &deploy_compose_limits}) {
        const Outcome outcome = check(subject);
        EXPECT_EQ(outcome.verdict, Verdict::ok) << outcome.detail;
    }
}

TEST(Compose, F17_ALayoutThatLooksSafeIsNot) {
    // For somebody who searches lines all of these say the right words.
    const auto edited = [](std::string_view from, std::string_view to) {
        return composed(test::replaced(test::deploy_text("compose.yaml"), from, to));
    };
    EXPECT_EQ(deploy_compose_read_only(edited("read_only: true", "labels: [\"read_only: true\"]"))
                  .verdict,
              Verdict::finding);
    EXPECT_EQ(
        deploy_compose_capabilities(edited("cap_drop: [ALL]", "cap_drop: # [ALL]\n      - NET_RAW"))
            .verdict,
        Verdict::finding);
    EXPECT_EQ(
        deploy_compose_user(edited("user: \"10001:10001\"", "user: \"0\" # 10001:10001")).verdict,
        Verdict::finding);
    EXPECT_EQ(deploy_compose_isolation(
                  edited("restart: on-failure", "pid: 'host'\n    restart: on-failure"))
                  .verdict,
              Verdict::finding);
    EXPECT_EQ(deploy_compose_isolation(
                  edited("restart: on-failure",
                         "volumes_from: []\n    devices: [/dev/kvm]\n    restart: on-failure"))
                  .verdict,
              Verdict::finding);
}

TEST(Yaml, WhatTwoReadersCouldReadDifferentlyIsRefused) {
    EXPECT_FALSE(parse_yaml("a: 1\na: 2\n").has_value());
    EXPECT_FALSE(parse_yaml("x: &x {a: 1}\ny: {<<: *x}\n").has_value());
    EXPECT_FALSE(parse_yaml("[a, b]: 1\n").has_value());
    EXPECT_FALSE(parse_yaml("a: [\n").has_value());
    EXPECT_FALSE(parse_yaml(std::string(200, '[')).has_value());
    EXPECT_TRUE(parse_yaml("a: {b: [true, 'true', null]}").has_value());
}

TEST(Yaml, AliasesDoNotGrowWithoutBound) {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
        for (int n = 1; n < 10; ++n) text += ", " + before;
        text += "]\n";
    }
    EXPECT_FALSE(parse_yaml(text).has_value());
    EXPECT_FALSE(parse_yaml("a: &a [*a]\n").has_value());
}

TEST(Dockerfile, V7_ContinuedLinesAndCommentsAreUnderstood) {
    const auto instructions = read_dockerfile(
        "# USER root\nfrom debian:12 as build\nRUN true \\\n# in between\n  && false\n"
        "FROM debian:12\nuser 1000\n");
    ASSERT_EQ(instructions.size(), 4U);
    EXPECT_EQ(instructions[1].arguments, "true  && false");
    EXPECT_EQ(instructions[3].name, "USER");
    EXPECT_EQ(instructions[3].stage, 1);
}

TEST(Dockerfile, V19_WhatStandsInATextIsNoInstruction) {
    const auto instructions =
        read_dockerfile("FROM debian:12\nCOPY <<-'END' /etc/x\n  USER 1000\n  END\nUSER root\n");
    ASSERT_EQ(instructions.size(), 3U);
    EXPECT_EQ(instructions[2].arguments, "root");
}

TEST(Dockerfile, V7_SecretsAreFoundAndNotRepeated) {
    for (const char* const line :
         {"ENV DB_PASSWORD=hunter2", "ARG GITHUB_TOKEN", "COPY .env /app/", "ADD tls/key.pem /",
          "COPY --chown=1 deploy/api-keys /keys", "copy id_rsa /root/.ssh/",
          "COPY [\"tls/key.pem\", \"/\"]", "ENV JWT_SECRET=/a/b A=1"}) {
        Subject subject = test::good_subject();
        subject.deploy->dockerfile = test::replaced(*subject.deploy->dockerfile, "WORKDIR /src",
                                                    std::string(line) + "\nWORKDIR /src");
        const Outcome outcome = deploy_docker_secrets(subject);
        EXPECT_EQ(outcome.verdict, Verdict::finding) << line;
        EXPECT_EQ(outcome.detail.find("hunter2"), std::string::npos);
    }
}

TEST(Unit, V21_TheLastValueOfTheServiceSectionCounts) {
    const UnitEntries unit = read_unit_service(
        "[Unit]\nUser=root\n[Service]\nUser=root\n; User=a\nUser=limpid\nExecStart=/usr/bin/x \\\n"
        "  --listen 1\n[Install]\nUser=root\n");
    EXPECT_EQ(last_value(unit, "User"), "limpid");
    EXPECT_EQ(last_value(unit, "ExecStart"), "/usr/bin/x  --listen 1");
    EXPECT_EQ(last_value(unit, "Group"), std::nullopt);
}

}  // namespace
}  // namespace limpid::doctor
