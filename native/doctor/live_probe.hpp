#pragma once

#include <string_view>

#include "doctor/subject.hpp"
#include "limpid/security/secret.hpp"

namespace limpid::doctor {

/// Names of the requests that probe() makes.
inline constexpr std::string_view kProbeReady = "ready";
inline constexpr std::string_view kProbeNoKey = "no_key";
inline constexpr std::string_view kProbeWrongKey = "wrong_key";
inline constexpr std::string_view kProbeKey = "key";
inline constexpr std::string_view kProbeNotFound = "not_found";
inline constexpr std::string_view kProbeForeignOrigin = "foreign_origin";
inline constexpr std::string_view kProbeMetrics = "metrics";
inline constexpr std::string_view kProbeLargeBody = "large_body";
inline constexpr std::string_view kProbeTrace = "trace";

/// Ask a running service what the checks of the group `live` judge: some ten small requests, of
/// which one has a wrong key. When the first is not answered the others are not made.
/// @param url  its path is where the service begins, "/" mostly.
/// @param key  an API key or token; null: none.
[[nodiscard]] LiveFacts probe(const HttpUrl& url, const security::Secret* key,
                              const HttpOptions& options);

}  // namespace limpid::doctor
