#pragma once

#include <exception>
#include <new>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "limpid/error.hpp"

namespace limpid::service::identity {

/// A thread for what takes long. Work goes there and its result comes back as messages; nothing is
/// shared. For one thread, which runs `home`.
class TaskThread {
public:
    /// @param home         runs what is done with results; must outlive this object.
    /// @param max_waiting  tasks after which is_full().
    TaskThread(boost::asio::any_io_executor home, int max_waiting)
        : home_(std::move(home)), max_waiting_(max_waiting), thread_(1) {}
    /// Waits for the work that was given. Results that `home` has not run then are never told.
    ~TaskThread() { thread_.join(); }
    TaskThread(const TaskThread&) = delete;
    TaskThread& operator=(const TaskThread&) = delete;

    /// Is so much waiting that a client should be told to come back?
    [[nodiscard]] bool is_full() const noexcept { return waiting_ >= max_waiting_; }
    /// Forget what has not begun.
    void drop() { thread_.stop(); }

    /// Do `work` there, and `done` with its result here, never within this call.
    /// @param work  Result<T>() or Status(); what it refers to must live until `done` is called.
    /// @param done  takes what `work` gives.
    template <class Work, class Done>
    void run(Work work, Done done) {
        ++waiting_;
        boost::asio::post(
            thread_, [this, work = std::move(work), done = std::move(done)]() mutable {
                auto result = guarded(work);
                boost::asio::post(
                    home_, [this, result = std::move(result), done = std::move(done)]() mutable {
                        --waiting_;
                        done(std::move(result));
                    });
            });
    }

private:
    /// Nothing may leave the thread by a throw: that would end the process.
    template <class Work>
    static auto guarded(Work& work) -> decltype(work()) {
        try {
            return work();
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::memory_exhausted);
        } catch (const std::exception& error) {
            return fail(ErrorCode::internal_failure, error.what());
        }
    }

    boost::asio::any_io_executor home_;
    int max_waiting_;
    int waiting_ = 0;
    boost::asio::thread_pool thread_;
};

}  // namespace limpid::service::identity
