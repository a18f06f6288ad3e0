// The judge as a module for a page, which opens no file: js/test/browser/verdicts.test.mjs has it
// judge in Chromium.
#include <exception>
#include <string>

#include <emscripten/bind.h>
#include <emscripten/val.h>

#include "security/verdicts/suites.hpp"

namespace limpid::verdicts {
namespace {

using emscripten::val;

/// [{name, file}]
val list_suites() {
    val list = val::array();
    for (const Suite& suite : suites()) {
        val entry = val::object();
        entry.set("name", std::string(suite.name));
        entry.set("file", std::string(suite.file));
        list.call<void>("push", entry);
    }
    return list;
}

/// {lines, vectors, accepted, acceptable, wrong}
val to_js(const Judged& judged) {
    val wrong = val::array();
    for (const std::string& line : judged.wrong) wrong.call<void>("push", line);
    val reply = val::object();
    reply.set("lines", judged.lines);
    reply.set("vectors", judged.vectors);
    reply.set("accepted", judged.accepted);
    reply.set("acceptable", judged.acceptable);
    reply.set("wrong", wrong);
    return reply;
}

/// As to_js(), or {failed} where the file is not what it should be.
val judge_suite(unsigned index, const std::string& json) {
    try {
        return to_js(judge(suites()[index], json));
    } catch (const std::exception& error) {
        val reply = val::object();
        reply.set("failed", std::string(error.what()));
        return reply;
    }
}

val judge_printed() { return to_js(examples()); }

}  // namespace

EMSCRIPTEN_BINDINGS(verdicts) {
    emscripten::function("suites", &list_suites);
    emscripten::function("judge", &judge_suite);
    emscripten::function("examples", &judge_printed);
}

}  // namespace limpid::verdicts
