#pragma once

#include <cstdint>
#include <utility>

namespace limpid::service {

/// Bytes that many may hold together. Not thread-safe, and must outlive its shares.
class MemoryBudget {
public:
    explicit MemoryBudget(std::uint64_t max_bytes) noexcept : max_bytes_(max_bytes) {}
    MemoryBudget(const MemoryBudget&) = delete;
    MemoryBudget& operator=(const MemoryBudget&) = delete;
    ~MemoryBudget() = default;

    /// From now on. What is held stays, also when it is more.
    void set_max(std::uint64_t max_bytes) noexcept { max_bytes_ = max_bytes; }
    /// Would `bytes` more be too much, as things are? Nothing is held by asking.
    [[nodiscard]] bool has_room_for(std::uint64_t bytes) const noexcept {
        return held_bytes_ <= max_bytes_ && bytes <= max_bytes_ - held_bytes_;
    }
    [[nodiscard]] std::uint64_t held_bytes() const noexcept { return held_bytes_; }

    /// What one holds, given back when it is destroyed. One that was taken of no budget never gets
    /// anything.
    class Share {
    public:
        Share() noexcept = default;
        explicit Share(MemoryBudget& budget) noexcept : budget_(&budget) {}
        Share(Share&& other) noexcept
            : budget_(std::exchange(other.budget_, nullptr)),
              bytes_(std::exchange(other.bytes_, 0)) {}
        Share& operator=(Share&& other) noexcept {
            std::swap(budget_, other.budget_);
            std::swap(bytes_, other.bytes_);
            return *this;
        }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;
        ~Share() { release(); }

        /// Hold `bytes` in all, or as many as before when that is more already.
        /// @return false, with nothing changed, when it is too much for all together.
        [[nodiscard]] bool grow_to(std::uint64_t bytes) noexcept {
            if (bytes <= bytes_) return true;
            if (budget_ == nullptr) return false;
            const std::uint64_t more = bytes - bytes_;
            if (!budget_->has_room_for(more)) return false;
            budget_->held_bytes_ += more;
            bytes_ = bytes;
            return true;
        }

        /// Hold nothing any more.
        void release() noexcept {
            if (budget_ != nullptr) budget_->held_bytes_ -= bytes_;
            bytes_ = 0;
        }

    private:
        MemoryBudget* budget_ = nullptr;
        std::uint64_t bytes_ = 0;
    };

private:
    std::uint64_t max_bytes_;
    std::uint64_t held_bytes_ = 0;
};

}  // namespace limpid::service
