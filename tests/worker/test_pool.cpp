#include "worker/test_pool.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "native/platform/read_file.hpp"

namespace limpid::worker::test {

PoolOptions one_worker(std::string program) {
    PoolOptions options;
    options.program = std::move(program);
    // Sanitised workers need seconds on a busy machine.
    options.start_timeout = std::chrono::seconds(60);
    return options;
}

TestPool::TestPool(PoolOptions options) : work_(boost::asio::make_work_guard(context_)) {
    auto pool = Pool::create(context_.get_executor(), std::move(options));
    if (!pool) throw std::runtime_error(pool.error().message());
    pool_ = std::move(*pool);
    thread_ = std::thread([this] { context_.run(); });
}

TestPool::~TestPool() {
    pool_.reset();
    work_.reset();
    thread_.join();  // when the last worker has ended
}

std::future<Result<Done>> TestPool::start(const Job& job, JobId* id) {
    auto promise = std::make_shared<std::promise<Result<Done>>>();
    auto future = promise->get_future();
    const JobId given = pool_->async_run(
        job, [promise](Result<Done> result) { promise->set_value(std::move(result)); });
    if (id != nullptr) *id = given;
    return future;
}

Result<Done> TestPool::inspect_text(std::string_view input) {
    Job job;
    job.task = Task::inspect;
    job.input = std::as_bytes(std::span(input));
    return run(job);
}

void TestPool::wait_until(int alive, int busy) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    for (;;) {
        const Stats stats = pool_->stats();
        if (stats.alive == alive && stats.busy == busy) return;
        if (std::chrono::steady_clock::now() > end) {
            throw std::runtime_error("workers alive and busy: " + std::to_string(stats.alive) +
                                     ", " + std::to_string(stats.busy));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

ByteBuffer read_data(const std::string& name) {
    auto bytes = platform::read_file(std::string(LIMPID_TEST_DATA "/") + name,
                                     {1 << 26, "max_file_bytes", ErrorCode::image_too_large});
    if (!bytes) throw std::runtime_error(bytes.error().message());
    return std::move(*bytes);
}

}  // namespace limpid::worker::test
