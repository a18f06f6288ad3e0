#pragma once

#include <string>
#include <string_view>

// Prometheus' text exposition format 0.0.4: three kinds of lines. Debian's prometheus-cpp would
// bring a web server, curl and Kerberos along. Every name begins with limpid_.
namespace limpid::service::prometheus {

/// The shortest text of a number.
[[nodiscard]] std::string number(double value);

/// What the samples that follow are.
/// @param type  counter, gauge or histogram.
void head(std::string& out, std::string_view name, std::string_view type, std::string_view help);

/// A label. Names and values come from tables of ours: nothing in them needs escaping.
[[nodiscard]] std::string label(std::string_view name, std::string_view value);

/// @param labels  what label() gave, separated by commas; empty: none.
void sample(std::string& out, std::string_view name, std::string_view labels, double value);

/// A metric with one sample and no label.
void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            double value);

}  // namespace limpid::service::prometheus
