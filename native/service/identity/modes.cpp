#include "service/identity/modes.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace limpid::service::identity {
namespace {

std::unexpected<Error> refuse(std::string why) {
    return fail(ErrorCode::config_invalid_value, std::move(why));
}

/// A demonstration leaves nothing behind, so nothing may be set that is written.
Status check_demo(const Settings& settings) {
    for (const auto& [name, value] :
         {std::pair("state_dir", &settings.state_dir),
          std::pair("audit_file", &settings.audit_file), std::pair("log_file", &settings.log_file),
          std::pair("keys_file", &settings.keys_file)}) {
        if (!value->empty()) return refuse(std::string("demo takes no ") + name);
    }
    if (settings.users || settings.guest) return refuse("demo takes neither users nor guest");
    // Its socket would be a file, too.
    if (settings.listen.starts_with("unix:")) return refuse("demo listens at an address");
    return {};
}

}  // namespace

Status check_modes(const Settings& settings) {
    if (settings.demo) return check_demo(settings);
    if (settings.users && settings.state_dir.empty()) {
        return refuse("users needs state_dir, where they are kept");
    }
    return {};
}

}  // namespace limpid::service::identity
