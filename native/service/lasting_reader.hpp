#pragma once

#include <map>
#include <string>
#include <string_view>

#include "limpid/security/secret_source.hpp"

namespace limpid::service {

/// Has secrets found again. A variable of the environment is wiped when it has been read, and a
/// descriptor is at its end: what they held is kept here, and given each time. Files are read anew.
/// Not thread-safe.
class LastingReader final : public security::SecretReader {
public:
    /// @param reader  borrowed.
    explicit LastingReader(security::SecretReader& reader) noexcept : reader_(reader) {}

    Result<std::optional<security::Secret>> read_variable(std::string_view name) override;
    Result<std::optional<security::Secret>> read_descriptor(int descriptor) override;
    Result<std::optional<security::Secret>> read_file(std::string_view path) override {
        return reader_.read_file(path);
    }
    Result<std::optional<security::Secret>> read_credential(std::string_view name) override {
        return reader_.read_credential(name);
    }
    Result<std::optional<security::Secret>> read_external(
        const security::SecretReference& reference) override {
        return reader_.read_external(reference);
    }

private:
    template <class Read>
    Result<std::optional<security::Secret>> once(std::string name, Read&& read);

    security::SecretReader& reader_;
    std::map<std::string, security::Secret, std::less<>> kept_;
};

}  // namespace limpid::service
