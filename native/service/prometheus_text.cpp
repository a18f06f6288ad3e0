#include "service/prometheus_text.hpp"

#include "limpid/security/json.hpp"

namespace limpid::service::prometheus {

std::string number(double value) { return security::canonical_number(value); }

void head(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
    out.append("# HELP limpid_").append(name).append(" ").append(help).append("\n# TYPE limpid_");
    out.append(name).append(" ").append(type).append("\n");
}

std::string label(std::string_view name, std::string_view value) {
    return std::string(name) + "=\"" + std::string(value) + "\"";
}

void sample(std::string& out, std::string_view name, std::string_view labels, double value) {
    out.append("limpid_").append(name);
    if (!labels.empty()) out.append("{").append(labels).append("}");
    out.append(" ").append(number(value)).append("\n");
}

void single(std::string& out, std::string_view name, std::string_view type, std::string_view help,
            double value) {
    head(out, name, type, help);
    sample(out, name, {}, value);
}

}  // namespace limpid::service::prometheus
