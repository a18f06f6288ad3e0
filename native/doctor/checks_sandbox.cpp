#include <string>
#include <vector>

#include "doctor/check.hpp"
#include "doctor/words.hpp"

// What confines a worker, by what one said that was started for it.
namespace limpid::doctor {
namespace {

Outcome judge_layer(const Subject& subject, bool worker::Layers::* layer) {
    if (subject.sandbox.error) return skipped("no worker started");
    return subject.sandbox.layers.*layer ? fine() : found("this layer is missing");
}

}  // namespace

Outcome sandbox_worker(const Subject& subject) {
    const auto& error = subject.sandbox.error;
    return error ? found(error->message()) : fine();
}

Outcome sandbox_system_call_filter(const Subject& subject) {
    return judge_layer(subject, &worker::Layers::syscall_filter);
}

Outcome sandbox_no_new_privileges(const Subject& subject) {
    return judge_layer(subject, &worker::Layers::no_new_privileges);
}

Outcome sandbox_capabilities(const Subject& subject) {
    return judge_layer(subject, &worker::Layers::no_capabilities);
}

Outcome sandbox_not_dumpable(const Subject& subject) {
    return judge_layer(subject, &worker::Layers::not_dumpable);
}

Outcome sandbox_resource_limits(const Subject& subject) {
    return judge_layer(subject, &worker::Layers::resource_limits);
}

Outcome sandbox_landlock(const Subject& subject) {
    if (subject.sandbox.error) return skipped("no worker started");
    const int abi = subject.sandbox.layers.landlock_abi;
    return abi > 0 ? fine("version " + std::to_string(abi)) : found("this layer is missing");
}

Outcome sandbox_namespaces(const Subject& subject) {
    if (subject.sandbox.error) return skipped("no worker started");
    const worker::Layers& layers = subject.sandbox.layers;
    std::vector<std::string> missing;
    if (!layers.user_namespace) missing.emplace_back("user");
    if (!layers.network_namespace) missing.emplace_back("network");
    if (!layers.ipc_namespace) missing.emplace_back("ipc");
    if (!layers.pid_namespace) missing.emplace_back("process");
    return missing.empty() ? fine() : found("without: " + listed(missing));
}

}  // namespace limpid::doctor
