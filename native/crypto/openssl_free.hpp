#pragma once

namespace limpid::crypto {

/// Deleter of what OpenSSL allocates: std::unique_ptr<X509, Free<X509_free>>.
template <auto kFree>
struct Free {
    template <class T>
    void operator()(T* object) const noexcept {
        kFree(object);
    }
};

}  // namespace limpid::crypto
