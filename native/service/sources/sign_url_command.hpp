#pragma once

#include <span>

#include "limpid/error.hpp"

namespace limpid::service::sources {

/// `limpidd sign-url [--options OPTIONS] [--expires SECONDS] [--keys REFERENCE] SOURCE`: print the
/// path of a signed URL. The keys are found as the setting url_keys is.
/// @param arguments  those after `sign-url`.
/// @return usage.invalid; key.none; as parse_source_path(), read_url_keys() and SignedUrls::sign().
[[nodiscard]] Status run_sign_url_command(std::span<const char* const> arguments);

}  // namespace limpid::service::sources
