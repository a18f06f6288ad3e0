// A worker that was taken over and knows the protocol. Not confined: what it says is in question,
// not what it does. Its name says what it lies about as it starts, the "image" what it does with a
// job.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "limpid/version.hpp"
#include "native/worker/sandbox.hpp"
#include "native/worker/shared_memory.hpp"
#include "worker/false_worker.hpp"

namespace limpid::worker::test {
namespace {

void send_raw(std::string_view bytes) {
    if (::send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) ::_exit(0);
}

void send_reply(const std::string& json) { send(MessageKind::reply, json); }

std::string reply_json(std::uint64_t job, std::string_view members) {
    return R"({"job":)" + std::to_string(job) + "," + std::string(members) + "}";
}

/// Reply to the job itself, with these members.
void answer(const FalseJob& job, std::string_view members) {
    send_reply(reply_json(job.request.job, members));
}

constexpr std::string_view kEmptyReport = R"("output_bytes":0,"report_bytes":2)";

void send_files(const FalseJob& job) {
    const std::array files = {STDIN_FILENO, STDOUT_FILENO};
    send(MessageKind::reply, reply_json(job.request.job, kEmptyReport), files);
}

/// Do the job, and say that it was another.
void answer_another(const FalseJob& job, std::uint64_t number) {
    write_report(job, "{}");
    send_reply(reply_json(number, kEmptyReport));
}

/// Keeps the output mapped, to change it after the pool has looked.
void keep_mapped(const FalseJob& job) {
    void* output = ::mmap(nullptr, 2, PROT_READ | PROT_WRITE, MAP_SHARED, job.output(), 0);
    if (output == MAP_FAILED) ::_exit(1);
    answer(job, kEmptyReport);
}

/// @return JSON of what could be done to the shared memory.
std::string attack_memory(const FalseJob& job) {
    const int input = job.message.files[0].get();
    const int output = job.output();
    const auto succeeds = [](auto result) { return result >= 0 ? "1" : "0"; };
    std::string report = R"({"shrink_input":)";
    report += succeeds(::ftruncate(input, 0));
    report += R"(,"grow_input":)";
    report += succeeds(::ftruncate(input, 1 << 20));
    report += R"(,"write_input":)";
    report += succeeds(::pwrite(input, "x", 1, 0));
    report += R"(,"map_input":)";
    void* mapped = ::mmap(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED, input, 0);
    report += mapped == MAP_FAILED ? "0" : "1";
    report += R"(,"shrink_output":)";
    report += succeeds(::ftruncate(output, 0));
    report += R"(,"grow_output":)";
    report += succeeds(::ftruncate(output, off_t{1} << 40));
    return report + "}";
}

using Lie = void (*)(const FalseJob&);
struct NamedLie {
    std::string_view name;
    Lie tell;
};

constexpr NamedLie kLies[] = {
    {"honest", [](const FalseJob& job) { reply_with_report(job, "{}"); }},
    {"memory", [](const FalseJob& job) { reply_with_report(job, attack_memory(job)); }},
    {"keep mapped", keep_mapped},
    {"empty packet", [](const FalseJob&) { send_raw(""); }},
    {"one byte", [](const FalseJob&) { send_raw("L"); }},
    {"garbage", [](const FalseJob&) { send_raw(std::string(4096, '\xa5')); }},
    {"large packet", [](const FalseJob&) { send_raw(std::string(60'000, 'L')); }},
    {"header alone", [](const FalseJob&) { send_reply(""); }},
    {"not JSON", [](const FalseJob&) { send_reply("{"); }},
    {"array", [](const FalseJob&) { send_reply("[]"); }},
    {"deep", [](const FalseJob&) { send_reply(std::string(8000, '[')); }},
    {"no members", [](const FalseJob&) { send_reply("{}"); }},
    {"more members",
     [](const FalseJob& job) { answer(job, R"("output_bytes":0,"report_bytes":2,"more":1)"); }},
    {"negative", [](const FalseJob& job) { answer(job, R"("output_bytes":-1,"report_bytes":2)"); }},
    {"fraction",
     [](const FalseJob& job) { answer(job, R"("output_bytes":0,"report_bytes":1.5)"); }},
    {"huge report",
     [](const FalseJob& job) {
         answer(job, R"("output_bytes":0,"report_bytes":9007199254740991)");
     }},
    {"huge output",
     [](const FalseJob& job) {
         answer(job, R"("output_bytes":9007199254740991,"report_bytes":2,"format":0)");
     }},
    {"no report", [](const FalseJob& job) { answer(job, R"("output_bytes":0,"report_bytes":0)"); }},
    {"report of zeros",
     [](const FalseJob& job) { answer(job, R"("output_bytes":0,"report_bytes":64)"); }},
    {"report of text", [](const FalseJob& job) { reply_with_report(job, "\"text\""); }},
    {"output not asked for",
     [](const FalseJob& job) { answer(job, R"("output_bytes":2,"report_bytes":2,"format":0)"); }},
    {"unknown format",
     [](const FalseJob& job) { answer(job, R"("output_bytes":2,"report_bytes":2,"format":7)"); }},
    {"unknown error", [](const FalseJob& job) { answer(job, R"("error":"no.such","found":"")"); }},
    {"error of others",
     [](const FalseJob& job) { answer(job, R"("error":"license.expired","found":"")"); }},
    {"error without text", [](const FalseJob& job) { answer(job, R"("error":"image.empty")"); }},
    {"hello again", [](const FalseJob&) { send(MessageKind::hello, "{}"); }},
    {"job", [](const FalseJob&) { send(MessageKind::job, "{}"); }},
    {"files", [](const FalseJob& job) { send_files(job); }},
    {"no job",
     [](const FalseJob& job) {
         write_report(job, "{}");
         send_reply(R"({"output_bytes":0,"report_bytes":2})");
     }},
    {"job before", [](const FalseJob& job) { answer_another(job, job.request.job - 1); }},
    {"job to come", [](const FalseJob& job) { answer_another(job, job.request.job + 1); }},
    {"error of another job",
     [](const FalseJob& job) {
         send_reply(reply_json(job.request.job + 1, R"("error":"image.empty","found":"")"));
     }},
    {"hang up", [](const FalseJob&) { ::close(kSocket), ::pause(); }},
    {"exit", [](const FalseJob&) { ::_exit(0); }},
    {"out of memory", [](const FalseJob&) { ::_exit(kOutOfMemoryExit); }},
    {"silence", [](const FalseJob&) { ::pause(); }},
    {"terminal",
     [](const FalseJob& job) {
         answer(job, R"("error":"image.malformed","found":"\u001b[2J\nx")");
     }},
    {"twice",
     [](const FalseJob& job) {
         reply_with_report(job, "{}");
         answer(job, kEmptyReport);
     }},
};

std::string all_names() {
    std::string names;
    for (const NamedLie& lie : kLies) names.append(lie.name).append(",");
    return names;
}

/// A worker may claim anything before it is believed.
void greet(std::string_view name) {
    Hello hello{.version = LIMPID_VERSION_STRING, .layers = {}};
    for (const auto& [layer, member] : layer_names()) hello.layers.*member = true;
    if (name.ends_with("unconfined")) hello.layers.syscall_filter = false;
    if (name.ends_with("old")) hello.version = "0.0.1";
    if (name.ends_with("silent")) ::pause();
    if (name.ends_with("mute")) ::_exit(3);
    if (name.ends_with("garbage")) return send_raw("I am a worker");
    send(MessageKind::hello, to_json(hello));
}

}  // namespace
}  // namespace limpid::worker::test

int main(int, char** argv) {
    using namespace limpid::worker::test;
    greet(argv[0]);
    for (;;) {
        const FalseJob job = next_job();
        if (job.wish == "names") {
            reply_with_report(job, R"({"names":")" + all_names() + "\"}");
            continue;
        }
        const auto* const lie = std::ranges::find(kLies, job.wish, &NamedLie::name);
        if (lie == std::end(kLies)) return 1;
        lie->tell(job);
    }
}
