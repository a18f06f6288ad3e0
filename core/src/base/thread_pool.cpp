#include "limpid/run.hpp"

// Emscripten without -pthread has <thread> but cannot start one.
#if defined(__EMSCRIPTEN__) && !defined(__EMSCRIPTEN_PTHREADS__)
#define LIMPID_HAS_THREADS 0
#else
#define LIMPID_HAS_THREADS 1
#endif

#if LIMPID_HAS_THREADS
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>
#endif

namespace limpid {
namespace {

constexpr int kMaxThreads = 256;

class SerialRunner final : public TaskRunner {
public:
    [[nodiscard]] int concurrency() const noexcept override { return 1; }
    void run(int count, const std::function<void(int)>& task) override {
        for (int i = 0; i < count; ++i) task(i);
    }
};

#if LIMPID_HAS_THREADS
/// Workers wait for a batch, take task numbers from one counter, and the caller works along.
class ThreadPool final : public TaskRunner {
public:
    explicit ThreadPool(int threads) {
        workers_.reserve(static_cast<std::size_t>(threads - 1));
        for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
    }
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;
    ~ThreadPool() override {
        {
            const std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        for (std::thread& worker : workers_) worker.join();
    }

    [[nodiscard]] int concurrency() const noexcept override {
        return static_cast<int>(workers_.size()) + 1;
    }

    void run(int count, const std::function<void(int)>& task) override {
        if (count <= 0) return;
        {
            const std::lock_guard lock(mutex_);
            task_ = &task;
            count_ = count;
            next_.store(0, std::memory_order_relaxed);
            ++batch_;
        }
        wake_.notify_all();
        take_tasks(task, count);
        // A worker that wakes late finds no task left; one that is busy is waited for.
        std::unique_lock lock(mutex_);
        idle_.wait(lock, [this] { return busy_ == 0; });
        task_ = nullptr;
    }

private:
    void take_tasks(const std::function<void(int)>& task, int count) {
        for (int i = next_.fetch_add(1, std::memory_order_relaxed); i < count;
             i = next_.fetch_add(1, std::memory_order_relaxed)) {
            task(i);
        }
    }

    void work() {
        std::uint64_t seen = 0;
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [&] { return stopping_ || (task_ != nullptr && batch_ != seen); });
            if (stopping_) return;
            seen = batch_;
            const std::function<void(int)>& task = *task_;
            const int count = count_;
            ++busy_;
            lock.unlock();
            take_tasks(task, count);
            lock.lock();
            if (--busy_ == 0) idle_.notify_one();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable idle_;
    const std::function<void(int)>* task_ = nullptr;  // guarded by mutex_
    int count_ = 0;                                   // guarded by mutex_
    std::uint64_t batch_ = 0;                         // guarded by mutex_
    int busy_ = 0;                                    // guarded by mutex_
    bool stopping_ = false;                           // guarded by mutex_
    std::atomic<int> next_{0};
    std::vector<std::thread> workers_;
};
#endif

}  // namespace

Result<std::unique_ptr<TaskRunner>> make_thread_pool(int threads) {
    if (threads < 1 || threads > kMaxThreads) {
        return fail(
            ErrorCode::argument_invalid,
            std::to_string(threads) + " threads; the range is 1.." + std::to_string(kMaxThreads));
    }
    if (threads == 1) return std::make_unique<SerialRunner>();
#if LIMPID_HAS_THREADS
    return std::make_unique<ThreadPool>(threads);
#else
    return fail(ErrorCode::environment_unsupported,
                "this build has no threads; use threads = 1 or the threads build");
#endif
}

}  // namespace limpid
