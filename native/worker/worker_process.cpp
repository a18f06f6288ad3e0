#include "worker/worker_process.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>

#include "limpid/version.hpp"
#include "platform/printable.hpp"
#include "worker/protocol.hpp"

namespace limpid::worker {
namespace {

using boost::asio::posix::stream_descriptor;

std::unexpected<Error> unavailable(std::string found) {
    return fail(ErrorCode::worker_unavailable, std::move(found));
}

Layers united(Layers layers, const Layers& namespaces) {
    for (const auto& [name, member] : layer_names()) {
        layers.*member = layers.*member || namespaces.*member;
    }
    return layers;
}

/// @return false when nothing came in time.
bool wait_for_input(int socket, std::chrono::milliseconds timeout) {
    pollfd file{.fd = socket, .events = POLLIN, .revents = 0};
    int ready = 0;
    do {
        ready = ::poll(&file, 1, static_cast<int>(timeout.count()));
    } while (ready < 0 && errno == EINTR);
    return ready > 0;
}

}  // namespace

Result<std::shared_ptr<WorkerProcess>> WorkerProcess::start(const Strand& strand,
                                                            const PoolOptions& options) {
    auto process = spawn(options.program,
                         {std::to_string(options.memory_bytes_per_worker),
                          std::to_string(options.cpu_seconds_per_worker)},
                         options.namespaces);
    if (!process) return std::unexpected(process.error());
    return std::make_shared<WorkerProcess>(strand, std::move(*process));
}

WorkerProcess::WorkerProcess(const Strand& strand, Process process)
    : process_(std::move(process)), socket_(strand), handle_(strand) {}

WorkerProcess::~WorkerProcess() {
    // They only borrow their descriptors.
    socket_.release();
    handle_.release();
    if (has_ended_) return;
    kill();
    [[maybe_unused]] const End end = reap(process_.handle);
}

Result<Layers> WorkerProcess::greet(const PoolOptions& options) {
    if (!wait_for_input(process_.socket.get(), options.start_timeout)) {
        return unavailable(platform::printable(options.program) + " does not get ready");
    }
    const auto message = receive_message(process_.socket.get(), Wait::no);
    if (message) return judge_hello(*message, options);
    kill();
    has_ended_ = true;
    const End end = reap(process_.handle);
    return unavailable(platform::printable(options.program) +
                       " ended as it started: " + to_string(end));
}

Result<Layers> WorkerProcess::judge_hello(const Message& message,
                                          const PoolOptions& options) const {
    const auto hello =
        message.kind == MessageKind::hello ? parse_hello(message.json) : std::nullopt;
    if (!hello || !message.files.empty()) {
        return unavailable(platform::printable(options.program) + " is no limpid-worker");
    }
    if (hello->version != LIMPID_VERSION_STRING) {
        return unavailable(platform::printable(options.program) + " is of version " +
                           platform::printable(hello->version) + ", not " LIMPID_VERSION_STRING);
    }
    const Layers layers = united(hello->layers, process_.namespaces);
    if (const std::string missing = missing_layers(options.required, layers); !missing.empty()) {
        return fail(ErrorCode::worker_not_confined, "missing: " + missing);
    }
    return layers;
}

void WorkerProcess::watch(Events events) {
    events_ = std::move(events);
    boost::system::error_code error;
    static_cast<void>(socket_.assign(process_.socket.get(), error));
    if (!error) static_cast<void>(handle_.assign(process_.handle.get(), error));
    // Without either the process could not be watched: as if it had ended.
    if (error) kill();
    wait_for_message();
    wait_for_end();
}

void WorkerProcess::wait_for_message() {
    socket_.async_wait(stream_descriptor::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                           if (error || self->has_ended_) return;
                           auto message = receive_message(self->process_.socket.get(), Wait::no);
                           if (!message && message.error() == NoMessage::not_yet)
                               return self->wait_for_message();
                           const bool goes_on = message.has_value();
                           self->events_.on_message(std::move(message));
                           if (goes_on && !self->has_ended_) self->wait_for_message();
                       });
}

void WorkerProcess::wait_for_end() {
    handle_.async_wait(stream_descriptor::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& error) {
                           if (error == boost::asio::error::operation_aborted) return;
                           const End end = reap(self->process_.handle);
                           self->has_ended_ = true;
                           boost::system::error_code ignored;
                           static_cast<void>(self->socket_.cancel(ignored));
                           const Events events = std::exchange(self->events_, {});
                           events.on_end(end);
                       });
}

bool WorkerProcess::send_job(std::string_view request_json, int input, int output) {
    return send_message(process_.socket.get(), MessageKind::job, request_json,
                        std::array{input, output}, Wait::no);
}

void WorkerProcess::kill() { kill_process(process_.handle); }

}  // namespace limpid::worker
