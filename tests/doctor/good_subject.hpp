#pragma once

#include <string>
#include <string_view>

#include "native/doctor/subject.hpp"

namespace limpid::doctor::test {

/// The moment at which it is judged.
inline constexpr security::UnixSeconds kNow{1'790'000'000};
inline constexpr std::int64_t kDay = 86'400;

/// An installation for production that every check finds fine, none of them skipped.
[[nodiscard]] Subject good_subject();

/// Text of a file of the repository's folder deploy/.
[[nodiscard]] std::string deploy_text(std::string_view name);

/// Its file of a role.
[[nodiscard]] FileFacts& file_of(Subject& subject, FileRole role);

/// Its answer to a probe.
[[nodiscard]] HttpReply& reply_of(Subject& subject, std::string_view probe);

}  // namespace limpid::doctor::test
