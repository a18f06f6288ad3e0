#include "service/metrics.hpp"

#include <cstddef>

#include "service/prometheus_text.hpp"

namespace limpid::service {
namespace {

using prometheus::head;
using prometheus::label;
using prometheus::number;
using prometheus::sample;
using prometheus::single;

double as_double(std::uint64_t value) { return static_cast<double>(value); }

void job_samples(std::string& out, const JobGauges& jobs) {
    head(out, "jobs", "gauge", "Jobs that are kept, by status.");
    for (const auto& [status, count] : jobs.by_status) {
        sample(out, "jobs", label("status", status), static_cast<double>(count));
    }
    single(out, "job_event_streams", "gauge", "Event streams of jobs that are read.",
           as_double(jobs.streams));
    head(out, "job_store_seconds", "summary", "Time the disk took for the jobs.");
    sample(out, "job_store_seconds_sum", {}, jobs.store_seconds);
    sample(out, "job_store_seconds_count", {}, as_double(jobs.store_operations));
}

}  // namespace

void Metrics::count_request(std::string_view route, int status, double seconds,
                            std::uint64_t bytes_in, std::uint64_t bytes_out) {
    ++requests_[{std::string(route), status}];
    Durations& durations = durations_[std::string(route)];
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
        if (seconds <= kBounds[i]) ++durations.within[i];
    }
    ++durations.count;
    durations.sum_s += seconds;
    bytes_in_ += bytes_in;
    bytes_out_ += bytes_out;
}

void Metrics::count_error(std::string_view code) { ++errors_[std::string(code)]; }

std::string Metrics::text(const Gauges& gauges) const {
    std::string out;
    head(out, "requests_total", "counter", "Requests that have ended.");
    for (const auto& [key, count] : requests_) {
        sample(out, "requests_total",
               label("route", key.first) + "," + label("status", std::to_string(key.second)),
               as_double(count));
    }
    head(out, "errors_total", "counter", "Requests that ended in an error, by its code.");
    for (const auto& [code, count] : errors_) {
        sample(out, "errors_total", label("code", code), as_double(count));
    }
    head(out, "request_duration_seconds", "histogram", "Time from the head to the response.");
    for (const auto& [route, durations] : durations_) {
        const std::string labels = label("route", route);
        for (std::size_t i = 0; i < kBounds.size(); ++i) {
            sample(out, "request_duration_seconds_bucket",
                   labels + "," + label("le", number(kBounds[i])), as_double(durations.within[i]));
        }
        sample(out, "request_duration_seconds_bucket", labels + "," + label("le", "+Inf"),
               as_double(durations.count));
        sample(out, "request_duration_seconds_sum", labels, durations.sum_s);
        sample(out, "request_duration_seconds_count", labels, as_double(durations.count));
    }
    single(out, "request_bytes_total", "counter", "Bytes of bodies received.",
           as_double(bytes_in_));
    single(out, "response_bytes_total", "counter", "Bytes of bodies sent.", as_double(bytes_out_));
    single(out, "requests_in_progress", "gauge", "Requests that have not ended.", in_progress_);
    single(out, "connections", "gauge", "Connections that are open.", gauges.connections);
    single(out, "workers", "gauge", "Worker processes that are ready or busy.", gauges.workers);
    single(out, "workers_busy", "gauge", "Worker processes that have a job.", gauges.workers_busy);
    single(out, "queue_depth", "gauge", "Jobs that wait for a worker.", gauges.queue_depth);
    single(out, "body_bytes", "gauge", "Memory that bodies of requests hold or were promised.",
           as_double(gauges.body_bytes));
    single(out, "worker_deaths_total", "counter", "Workers that ended unasked.",
           as_double(gauges.worker_deaths));
    single(out, "jobs_turned_away_total", "counter", "Jobs that found the queue full.",
           as_double(gauges.jobs_turned_away));
    single(out, "jobs_timed_out_total", "counter", "Jobs that reached their deadline.",
           as_double(gauges.jobs_timed_out));
    if (gauges.jobs) job_samples(out, *gauges.jobs);
    return out;
}

}  // namespace limpid::service
