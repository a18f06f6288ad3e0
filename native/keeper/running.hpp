#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <utility>

#include "keeper/client.hpp"
#include "worker/spawn.hpp"

namespace limpid::keeper {

/// A keeper's process; ends with this.
struct Client::Running {
    explicit Running(worker::Process started) : process(std::move(started)) {}
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    /// Wait for a message.
    [[nodiscard]] std::expected<Message, NoMessage> receive(std::chrono::milliseconds timeout);
    /// End it, now. @return how it ended.
    std::string end();
    /// Let it end by itself, and wait a while.
    void finish(std::chrono::milliseconds timeout);

    worker::Process process;
    bool is_reaped = false;
};

class Client::Candidate {
public:
    std::unique_ptr<Running> running;
    Setup setup;
    Hello hello;
};

}  // namespace limpid::keeper
