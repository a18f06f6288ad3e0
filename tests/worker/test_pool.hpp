#pragma once

#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "limpid/byte_buffer.hpp"
#include "native/worker/pool.hpp"

namespace limpid::worker::test {

/// One worker, for the program under test.
[[nodiscard]] PoolOptions one_worker(std::string program = LIMPID_WORKER);

/// A pool with a thread to run on, and calls that wait.
class TestPool {
public:
    explicit TestPool(PoolOptions options = one_worker());
    ~TestPool();
    TestPool(const TestPool&) = delete;
    TestPool& operator=(const TestPool&) = delete;

    Pool& operator*() { return *pool_; }
    Pool* operator->() { return pool_.get(); }
    void destroy_pool() { pool_.reset(); }

    [[nodiscard]] std::future<Result<Done>> start(const Job& job, JobId* id = nullptr);
    [[nodiscard]] Result<Done> run(const Job& job) { return start(job).get(); }
    /// A task on the text `input`, for workers that are not what they should be.
    [[nodiscard]] Result<Done> inspect_text(std::string_view input);

    /// Wait until so many workers are alive and so many busy; throws after 60 s.
    void wait_until(int alive, int busy);

private:
    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::unique_ptr<Pool> pool_;
    std::thread thread_;
};

/// A file of tests/data.
[[nodiscard]] ByteBuffer read_data(const std::string& name);

/// The code of the error, or "ok".
template <class T>
[[nodiscard]] std::string outcome(const Result<T>& result) {
    return result ? "ok" : std::string(result.error().code());
}

}  // namespace limpid::worker::test
