#pragma once

#include <functional>
#include <string>

#include "native/worker/message.hpp"
#include "native/worker/protocol.hpp"

namespace limpid::worker::test {

/// A job as a worker that is not one gets it.
struct FalseJob {
    Message message;
    Request request;
    /// The image as text: what the test wants done.
    std::string wish;
    [[nodiscard]] int output() const { return message.files.at(1).get(); }
};

/// Wait for the next job; ends the process when there is none.
[[nodiscard]] FalseJob next_job();

void send(MessageKind kind, const std::string& json, std::span<const int> files = {});

/// Write a report and say nothing of it.
void write_report(const FalseJob& job, const std::string& report);

/// Write a report, whose text is `report`, and say so as limpid-worker does.
void reply_with_report(const FalseJob& job, const std::string& report);

}  // namespace limpid::worker::test
