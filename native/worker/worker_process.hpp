#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/strand.hpp>

#include "limpid/error.hpp"
#include "worker/message.hpp"
#include "worker/pool.hpp"
#include "worker/spawn.hpp"

namespace limpid::worker {

using Strand = boost::asio::strand<boost::asio::any_io_executor>;

/// One worker as the pool sees it: a process and the socket to it. Not thread-safe: everything
/// happens on the strand it was started for.
class WorkerProcess : public std::enable_shared_from_this<WorkerProcess> {
public:
    /// @return worker.unavailable.
    [[nodiscard]] static Result<std::shared_ptr<WorkerProcess>> start(const Strand& strand,
                                                                      const PoolOptions& options);
    WorkerProcess(const Strand& strand, Process process);
    /// Ends the process if it has not ended, and waits for that.
    ~WorkerProcess();
    WorkerProcess(const WorkerProcess&) = delete;
    WorkerProcess& operator=(const WorkerProcess&) = delete;

    /// Wait in this thread for the first message and judge it.
    /// @return the layers in force; worker.unavailable | worker.not_confined, after which the
    ///     worker is of no use.
    [[nodiscard]] Result<Layers> greet(const PoolOptions& options);
    /// The same of a message that has come.
    [[nodiscard]] Result<Layers> judge_hello(const Message& message,
                                             const PoolOptions& options) const;

    struct Events {
        /// Called with every message and with what is none, after which no other comes.
        std::function<void(std::expected<Message, NoMessage>)> on_message;
        /// Called once, last.
        std::function<void(const End&)> on_end;
    };
    /// Call `events` on the strand from now on.
    void watch(Events events);

    /// @return false when the worker cannot be told.
    [[nodiscard]] bool send_job(std::string_view request_json, int input, int output);
    void kill();
    [[nodiscard]] std::uint64_t resident_bytes() const {
        return worker::resident_bytes(process_.id);
    }

private:
    void wait_for_message();
    void wait_for_end();

    Process process_;
    /// Wait for the socket and the handle of process_; own duplicates of neither.
    boost::asio::posix::stream_descriptor socket_;
    boost::asio::posix::stream_descriptor handle_;
    Events events_;
    bool has_ended_ = false;
};

}  // namespace limpid::worker
