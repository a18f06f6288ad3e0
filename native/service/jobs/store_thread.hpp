#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "limpid/error.hpp"
#include "service/jobs/storage.hpp"

namespace limpid::service::jobs {

/// The one thread that touches the disk, so that the others never wait for it. Work goes there and
/// its result comes back as messages; nothing is shared. For one thread, which runs `home`.
class StoreThread {
public:
    /// What metrics are told, as of the last result.
    struct Moment {
        JobCounts counts{};
        std::uint64_t operations = 0;
        double seconds = 0;
    };

    /// @param home  runs what is done with results; must outlive this object.
    StoreThread(boost::asio::any_io_executor home, std::unique_ptr<Storage> storage)
        : home_(std::move(home)), storage_(std::move(storage)), thread_(1) {
        moment_.counts = storage_->counts();
    }
    /// Waits for the work that was given. Results that `home` has not run then are never told.
    ~StoreThread() { thread_.join(); }
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;

    /// Is so much waiting that a client should be told to come back? What the service itself has
    /// to store is little, and is always taken.
    [[nodiscard]] bool is_full() const noexcept { return waiting_ >= kMaxWaiting; }
    [[nodiscard]] const Moment& moment() const noexcept { return moment_; }

    /// Do `work` with the storage there, and `done` with its result here, never within this call.
    /// @param work  Result<T>(Storage&); whatever it refers to must live until `done` is called.
    /// @param done  void(Result<T>)
    template <class Work, class Done>
    void run(Work work, Done done) {
        ++waiting_;
        boost::asio::post(
            thread_, [this, work = std::move(work), done = std::move(done)]() mutable {
                const auto begin = std::chrono::steady_clock::now();
                auto result = guarded(work);
                const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
                boost::asio::post(home_, [this, result = std::move(result), done = std::move(done),
                                          counts = storage_->counts(), time]() mutable {
                    --waiting_;
                    moment_.counts = counts;
                    ++moment_.operations;
                    moment_.seconds += time.count();
                    done(std::move(result));
                });
            });
    }

private:
    /// Photos that wait here are held in memory.
    static constexpr int kMaxWaiting = 64;

    /// Nothing may leave the thread by a throw: that would end the process.
    template <class Work>
    auto guarded(Work& work) -> decltype(work(std::declval<Storage&>())) {
        try {
            return work(*storage_);
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::memory_exhausted);
        } catch (const std::exception& error) {
            return fail(ErrorCode::internal_failure, error.what());
        }
    }

    boost::asio::any_io_executor home_;
    /// Touched by the thread, and before it begins.
    std::unique_ptr<Storage> storage_;
    int waiting_ = 0;
    Moment moment_;
    boost::asio::thread_pool thread_;
};

}  // namespace limpid::service::jobs
