#include <algorithm>
#include <stdexcept>

#include "limpid/security/encoding.hpp"
#include "security/verdicts/suites.hpp"

namespace limpid::verdicts {
namespace {

/// A vector without what is said of it.
Json input_of(const Json& test) {
    Json input = test;
    for (const char* const remark : {"tcId", "comment", "flags", "result"}) input.erase(remark);
    return input;
}

/// Has the file the same input with the same key as a valid vector?
bool is_valid_elsewhere(const Json& group, const Json& test) {
    const Json input = input_of(test);
    return std::ranges::any_of(group.at("tests"), [&](const Json& other) {
        return other.at("result") == "valid" && input_of(other) == input;
    });
}

void judge_one(const Suite& suite, const Json& group, const Json& test, Judged& out) {
    const std::string id = std::to_string(test.at("tcId").get<int>());
    const auto answer = suite.answer(group, test);
    if (!answer) return;
    const std::string verdict = answer->accepted       ? "accepted"
                                : answer->code.empty() ? "refused"
                                                       : "refused " + answer->code;
    out.lines.append(suite.name).append(" ").append(id).append(" ").append(verdict).append("\n");
    ++out.vectors;
    out.accepted += answer->accepted ? 1 : 0;
    const auto expected = test.at("result").get<std::string>();
    if (expected == "acceptable") {
        ++out.acceptable;
    } else if (expected != "valid" && expected != "invalid") {
        throw std::runtime_error("a result that is not known: " + expected);
    } else if (answer->accepted == (expected == "valid")) {
        return;
    } else if (answer->accepted && is_valid_elsewhere(group, test)) {
        ++out.contradicted;
    } else if (!answer->accepted && !answer->rule.empty()) {
        ++out.refused_by_rule[answer->code + ", " + answer->rule];
    } else {
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
