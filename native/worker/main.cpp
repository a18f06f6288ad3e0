// limpid-worker: decodes and enhances for limpidd, confined. Started by worker::Pool and by nothing
// else: limpid-worker MEMORY_BYTES CPU_SECONDS, with a socket as descriptor 3.
#include <array>
#include <charconv>
#include <cstdio>
#include <new>
#include <optional>
#include <span>
#include <string_view>

#include <sys/socket.h>
#include <unistd.h>

#include "limpid/version.hpp"
#include "worker/message.hpp"
#include "worker/run_job.hpp"
#include "worker/sandbox.hpp"

namespace limpid::worker {
namespace {

// The exit statuses of errors.def for usage and internal failures.
constexpr int kUsageExit = 2;
constexpr int kFailureExit = 70;

std::optional<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
    return value;
}

std::optional<SandboxOptions> parse_arguments(std::span<char*> arguments) {
    if (arguments.size() != 3) return std::nullopt;
    const auto memory_bytes = parse_count(arguments[1]);
    const auto cpu_seconds = parse_count(arguments[2]);
    if (!memory_bytes || !cpu_seconds) return std::nullopt;
    return SandboxOptions{.memory_bytes = *memory_bytes, .cpu_seconds = *cpu_seconds};
}

bool has_socket() {
    int type = 0;
    socklen_t size = sizeof(type);
    return ::getsockopt(kSocket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_SEQPACKET;
}

/// @return false when there is nobody to work for any more.
bool serve_one() {
    const auto message = receive_message(kSocket, Wait::yes);
    if (!message || message->kind != MessageKind::job || message->files.size() != 2) return false;
    const auto request = parse_request(message->json);
    if (!request) return false;
    const Reply reply = run_job(*request, message->files[0].get(), message->files[1].get());
    return send_message(kSocket, MessageKind::reply, to_json(reply), {}, Wait::yes);
}

int serve(const SandboxOptions& options) {
    // Containers end the process when memory is out; the status tells the pool why.
    std::set_new_handler([] { ::_exit(kOutOfMemoryExit); });
    if (!warm_up()) return kFailureExit;
    const Hello hello{.version = LIMPID_VERSION_STRING, .layers = enter_sandbox(options)};
    if (!send_message(kSocket, MessageKind::hello, to_json(hello), {}, Wait::yes)) {
        return kFailureExit;
    }
    while (serve_one()) {
    }
    return 0;
}

}  // namespace
}  // namespace limpid::worker

int main(int argc, char** argv) {
    const std::span arguments(argv, static_cast<std::size_t>(argc));
    const auto options = limpid::worker::parse_arguments(arguments);
    if (!options || !limpid::worker::has_socket()) {
        std::fputs("limpid-worker is started by limpidd\n", stderr);
        return limpid::worker::kUsageExit;
    }
    // Ends without what programs do at exit: that would need system calls.
    ::_exit(limpid::worker::serve(*options));
}
