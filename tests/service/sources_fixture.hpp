#pragma once

#include <string_view>

#include "values.hpp"

namespace limpid::service::sources {

// The first pair is that of the examples in imgproxy's repository.
inline constexpr std::string_view kTestKeys =
    "943b421c9eb07c830af81030552c86009268de4e532ba2ee2eab8247c6da0881:"
    "520f986b998545b4785e0defbc4f3c1203f22de2374a3d53cb7a7fe9fea309c5\n"
    "000102030405060708090a0b0c0d0e0f:00\n";

}  // namespace limpid::service::sources
