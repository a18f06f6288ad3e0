// What it costs to have a photo enhanced by a process of its own: worker/enhance/{in_process,pool}
// do the same to a JPEG of 2 megapixels, worker/new_process/pool starts a worker for each, and
// worker/inspect/pool is what remains when there is next to nothing to do.
//
//   limpid_worker_bench [Google Benchmark's options]

#include <benchmark/benchmark.h>

#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "bench_image.hpp"
#include "limpid/codec.hpp"
#include "limpid/pipeline.hpp"
#include "native/worker/pool.hpp"

namespace limpid::bench {
namespace {

constexpr BenchSize k2mp = {"2mp", 1632, 1224};

Result<ByteBuffer> make_jpeg() {
    const Image photo = make_photo(PixelFormat::rgb8, k2mp);
    return encode(photo.view(), Metadata{}, EncodeOptions{});
}

void enhance_in_process(benchmark::State& state) {
    const auto jpeg = make_jpeg();
    if (!jpeg) return state.SkipWithError(jpeg.error().message().c_str());
    for (auto _ : state) {
        const auto enhanced = enhance(jpeg->span());
        if (!enhanced) return state.SkipWithError(enhanced.error().message().c_str());
    }
}

worker::PoolOptions one_worker() {
    worker::PoolOptions options;
    options.program = LIMPID_WORKER;
    return options;
}

void run_in_pool(benchmark::State& state, worker::Task task, const worker::PoolOptions& options) {
    const auto jpeg = make_jpeg();
    if (!jpeg) return state.SkipWithError(jpeg.error().message().c_str());
    boost::asio::io_context context;
    const auto pool = worker::Pool::create(context.get_executor(), options);
    if (!pool) return state.SkipWithError(pool.error().message().c_str());
    worker::Job job;
    job.task = task;
    job.input = jpeg->span();
    for (auto _ : state) {
        std::optional<Result<worker::Done>> done;
        (*pool)->async_run(job, [&done](Result<worker::Done> result) { done = std::move(result); });
        while (!done) context.run_one();
        if (!*done) return state.SkipWithError(done->error().message().c_str());
    }
}

void enhance_in_pool(benchmark::State& state) {
    run_in_pool(state, worker::Task::enhance, one_worker());
}

void enhance_in_new_process(benchmark::State& state) {
    worker::PoolOptions options = one_worker();
    options.jobs_per_worker = 1;
    run_in_pool(state, worker::Task::enhance, options);
}

void inspect_in_pool(benchmark::State& state) {
    run_in_pool(state, worker::Task::inspect, one_worker());
}

BENCHMARK(enhance_in_process)->Name("worker/enhance/in_process")->UseRealTime();
BENCHMARK(enhance_in_pool)->Name("worker/enhance/pool")->UseRealTime();
BENCHMARK(enhance_in_new_process)->Name("worker/new_process/pool")->UseRealTime();
BENCHMARK(inspect_in_pool)->Name("worker/inspect/pool")->UseRealTime();

}  // namespace
}  // namespace limpid::bench

BENCHMARK_MAIN();
