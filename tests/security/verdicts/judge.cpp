#include <stdexcept>

#include "limpid/security/encoding.hpp"
#include "security/verdicts/suites.hpp"

namespace limpid::verdicts {
namespace {

void judge_one(const Suite& suite, const Json& group, const Json& test, Judged& out) {
    const std::string id = std::to_string(test.at("tcId").get<int>());
    const std::string rule = suite.refuses_key == nullptr ? "" : suite.refuses_key(group);
    if (!rule.empty()) {
        out.lines.append(suite.name).append(" ").append(id);
        out.lines.append(" refused ").append(rule).append("\n");
        ++out.vectors;
        ++out.refused_keys;
        return;
    }
    const auto accepted = suite.accepts(group, test);
    if (!accepted) return;
    const char* verdict = *accepted ? "accepted" : "refused";
    out.lines.append(suite.name).append(" ").append(id).append(" ").append(verdict).append("\n");
    ++out.vectors;
    out.accepted += *accepted ? 1 : 0;
    const auto expected = test.at("result").get<std::string>();
    if (expected == "acceptable") {
        ++out.acceptable;
    } else if (expected != "valid" && expected != "invalid") {
        throw std::runtime_error("a result that is not known: " + expected);
    } else if (*accepted != (expected == "valid")) {
        out.wrong.push_back(std::string(suite.name) + " " + id + " is " + expected + ", " +
                            verdict + ": " + test.value("comment", ""));
    }
}

}  // namespace

Judged judge(const Suite& suite, std::string_view json) {
    Judged judged;
    const Json file = Json::parse(json);
    for (const Json& group : file.at("testGroups")) {
        for (const Json& test : group.at("tests")) judge_one(suite, group, test, judged);
    }
    return judged;
}

std::vector<std::byte> bytes_of(const Json& test, const char* member) {
    const auto decoded = security::decode_hex(test.at(member).get_ref<const std::string&>());
    if (!decoded) throw std::runtime_error(std::string(member) + " is not hex");
    return {decoded->span().begin(), decoded->span().end()};
}

}  // namespace limpid::verdicts
