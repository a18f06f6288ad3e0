#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace limpid::service {

/// Moments of the jobs that are kept on disk.
struct JobGauges {
    /// Jobs of each status, by its name, which has static storage duration.
    std::vector<std::pair<std::string_view, std::int64_t>> by_status;
    /// Event streams that are read.
    std::size_t streams = 0;
    /// What the disk was asked for since the start, and how long that took.
    std::uint64_t store_operations = 0;
    double store_seconds = 0;
};

/// Moments of the service that are not counted here but known elsewhere.
struct Gauges {
    int connections = 0;
    int workers = 0;
    int workers_busy = 0;
    int queue_depth = 0;
    std::uint64_t body_bytes = 0;
    std::uint64_t worker_deaths = 0;
    std::uint64_t jobs_turned_away = 0;
    std::uint64_t jobs_timed_out = 0;
    /// Absent where no jobs are kept.
    std::optional<JobGauges> jobs = std::nullopt;
};

/// What Prometheus is told of requests; security_metrics.hpp has the rest. Not thread-safe.
class Metrics {
public:
    /// A request has ended.
    /// @param route  its pattern in the route table, never a path from outside: labels must be few.
    void count_request(std::string_view route, int status, double seconds, std::uint64_t bytes_in,
                       std::uint64_t bytes_out);
    /// An error was answered with; by its stable code.
    void count_error(std::string_view code);
    /// Requests are in progress.
    void begin_request() noexcept { ++in_progress_; }
    void end_request() noexcept { --in_progress_; }

    /// Text exposition format 0.0.4.
    [[nodiscard]] std::string text(const Gauges& gauges) const;

private:
    /// Upper bounds in seconds, as imgproxy has them in the main.
    static constexpr std::array<double, 9> kBounds = {0.01, 0.025, 0.05, 0.1, 0.25,
                                                      0.5,  1.0,   2.5,  10.0};
    struct Durations {
        std::array<std::uint64_t, kBounds.size()> within{};
        std::uint64_t count = 0;
        double sum_s = 0;
    };

    std::map<std::pair<std::string, int>, std::uint64_t, std::less<>> requests_;
    std::map<std::string, Durations, std::less<>> durations_;
    std::map<std::string, std::uint64_t, std::less<>> errors_;
    std::uint64_t bytes_in_ = 0;
    std::uint64_t bytes_out_ = 0;
    int in_progress_ = 0;
};

}  // namespace limpid::service
