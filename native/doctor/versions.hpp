#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "doctor/subject.hpp"

// What is inside, and what is known against it.
namespace limpid::doctor {

/// limpid and the libraries that decide what it does, with the versions it was built with; of
/// OpenSSL the one that is loaded.
[[nodiscard]] std::vector<LibraryFacts> library_versions();

/// Is version `a` before `b`? Numbers are compared part by part; what is no number counts as 0.
[[nodiscard]] bool is_before(std::string_view a, std::string_view b);

/// A known defect.
struct Advisory {
    std::string id, library;
    /// The first version without it.
    std::string fixed_in;
    /// The first version with it; empty: all before fixed_in.
    std::string since;
};

/// A file of advisories.
struct Advisories {
    /// When it was made.
    security::UnixSeconds updated_at;
    std::vector<Advisory> list;
};

/// Read `{"updated_at": SECONDS, "advisories": [{"id", "library", "fixed_in"[, "since"]}]}`.
/// @return config.unreadable_file, also for other members.
[[nodiscard]] Result<Advisories> read_advisories(std::string_view json);

/// Does the advisory hold for one of the libraries? @return "ID: LIBRARY VERSION"; empty: no.
[[nodiscard]] std::string applies(const Advisory& advisory,
                                  const std::vector<LibraryFacts>& libraries);

}  // namespace limpid::doctor
