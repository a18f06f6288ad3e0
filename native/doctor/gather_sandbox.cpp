#include <chrono>
#include <memory>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "doctor/gather_parts.hpp"
#include "worker/pool.hpp"

// Starts a worker, to see what confines one here.
namespace limpid::doctor {

SandboxFacts gather_sandbox(const std::string& program) {
    boost::asio::io_context context;
    worker::PoolOptions options;
    options.program = program;
    // Whatever there is: the checks say what should be.
    options.required = worker::Layers{};
    // A machine that is busy, or a build with sanitisers.
    options.start_timeout = std::chrono::seconds(30);
    auto pool = worker::Pool::create(context.get_executor(), std::move(options));
    SandboxFacts facts;
    if (!pool) {
        facts.error = pool.error();
    } else {
        facts.layers = (*pool)->stats().layers;
        pool->reset();
    }
    // Until the worker has ended.
    context.run_for(std::chrono::seconds(10));
    return facts;
}

}  // namespace limpid::doctor
