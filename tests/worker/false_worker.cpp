#include "worker/false_worker.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>

#include "native/worker/sandbox.hpp"
#include "native/worker/shared_memory.hpp"

namespace limpid::worker::test {

FalseJob next_job() {
    auto message = receive_message(kSocket, Wait::yes);
    if (!message || message->files.size() != 2) ::_exit(0);
    auto request = parse_request(message->json);
    if (!request) ::_exit(1);
    const auto input = Mapping::for_reading(message->files[0].get(), request->image_bytes);
    if (!input) ::_exit(1);
    const auto bytes = input->bytes();
    std::string wish(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {std::move(*message), std::move(*request), std::move(wish)};
}

void send(MessageKind kind, const std::string& json, std::span<const int> files) {
    if (!send_message(kSocket, kind, json, files, Wait::yes)) ::_exit(0);
}

void write_report(const FalseJob& job, const std::string& report) {
    auto output = Mapping::for_writing(job.output(), report.size());
    if (!output) ::_exit(1);
    std::ranges::copy(std::as_bytes(std::span(report)), output->writable_bytes().begin());
}

void reply_with_report(const FalseJob& job, const std::string& report) {
    write_report(job, report);
    Reply reply;
    reply.job = job.request.job;
    reply.report_bytes = report.size();
    send(MessageKind::reply, to_json(reply));
}

}  // namespace limpid::worker::test
