#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "limpid/error.hpp"
#include "service/hasher.hpp"
#include "worker/pool.hpp"

namespace limpid::service {

/// What would keep the thread of the service too long, and who does it instead. Not thread-safe.
class Work {
public:
    /// Who has pictures looked at. Borrowed; null: nobody yet, or no more.
    void attach(worker::Pool* pool) noexcept { pool_ = pool; }
    /// Who goes through the bytes of large bodies. Borrowed; null: this thread.
    void hash_by(Hasher* hasher) noexcept { hasher_ = hasher; }
    [[nodiscard]] worker::Pool* pool() const noexcept { return pool_; }

    /// Would a worker not even begin? Counts a job that is turned away.
    [[nodiscard]] bool turns_away() { return pool_ != nullptr && pool_->turn_away_if_full(); }
    /// Do `work` that goes through so many bytes, here or beside, and then `done`; as
    /// Hasher::async_run().
    void beside(std::size_t bytes, Hasher::Task work, Hasher::Task done);
    /// Make a digest, here or beside; bytes as for Hasher::async_sha256().
    void hash(std::span<const std::byte> bytes, Hasher::Handler handler);
    /// Put what a worker reads of a job where nobody can change it.
    /// @param owner  of job.input.
    void seal(const worker::Job& job, std::shared_ptr<const void> owner,
              std::move_only_function<void(const worker::Job&, Result<worker::SealedInput>)> then);

private:
    worker::Pool* pool_ = nullptr;
    Hasher* hasher_ = nullptr;
};

}  // namespace limpid::service
