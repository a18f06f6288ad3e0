#pragma once

#include <string_view>

#include <gtest/gtest.h>

#include "limpid/error.hpp"
#include "limpid/security/secret.hpp"

namespace limpid::service {

/// A password or key of a test, in the memory that the service wants it in.
inline security::Secret secret_of(std::string_view text) {
    return security::Secret::copy_of(security::as_bytes(text)).value();
}

/// What a Result was refused with; fails the test when it was not.
inline ErrorCode code_of(const auto& result) {
    EXPECT_FALSE(result.has_value());
    return result ? ErrorCode::internal_failure : result.error().id();
}

}  // namespace limpid::service
