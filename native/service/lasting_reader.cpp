#include "service/lasting_reader.hpp"

#include <optional>
#include <utility>

namespace limpid::service {

template <class Read>
Result<std::optional<security::Secret>> LastingReader::once(std::string name, Read&& read) {
    auto kept = kept_.find(name);
    if (kept == kept_.end()) {
        Result<std::optional<security::Secret>> found = read();
        if (!found || !*found) return found;
        kept = kept_.emplace(std::move(name), **std::move(found)).first;
    }
    auto copy = security::Secret::copy_of(kept->second.expose());
    if (!copy) return std::unexpected(std::move(copy).error());
    return std::optional(*std::move(copy));
}

Result<std::optional<security::Secret>> LastingReader::read_variable(std::string_view name) {
    return once(std::string(name), [&] { return reader_.read_variable(name); });
}

Result<std::optional<security::Secret>> LastingReader::read_descriptor(int descriptor) {
    // No variable has such a name.
    return once("fd:" + std::to_string(descriptor),
                [&] { return reader_.read_descriptor(descriptor); });
}

}  // namespace limpid::service
