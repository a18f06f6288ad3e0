#include "service/users_command.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "crypto/password_hash.hpp"
#include "limpid/security/encoding.hpp"
#include "limpid/security/secret_source.hpp"
#include "platform/clock.hpp"
#include "platform/file_descriptor.hpp"
#include "platform/printable.hpp"
#include "platform/random_source.hpp"
#include "platform/secret_reader.hpp"
#include "platform/write_file.hpp"
#include "service/command_options.hpp"
#include "service/identity/password_policy.hpp"
#include "service/identity/user_store.hpp"

namespace limpid::service {
namespace {

using identity::User;
using identity::UserChange;
using identity::UserStore;

std::unexpected<Error> users_usage(std::string_view why) { return wrong_usage("users", why); }

/// The terminal without echo, for as long as it lives.
class SilentTerminal {
public:
    SilentTerminal() : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
        if (!file_.valid() || ::tcgetattr(file_.get(), &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        usable_ = ::tcsetattr(file_.get(), TCSAFLUSH, &silent) == 0;
    }
    ~SilentTerminal() {
        if (usable_) ::tcsetattr(file_.get(), TCSAFLUSH, &before_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    [[nodiscard]] bool usable() const noexcept { return usable_; }
    void show(std::string_view text) const {
        static_cast<void>(!::write(file_.get(), text.data(), text.size()));
    }
    /// One line, without its end.
    [[nodiscard]] Result<security::Secret> read_line() const {
        std::array<std::byte, identity::kMaxPasswordBytes + 2> line{};
        std::size_t size = 0;
        while (size < line.size()) {
            std::byte byte{};
            if (::read(file_.get(), &byte, 1) != 1 || byte == std::byte{'\n'}) break;
            line.at(size++) = byte;
        }
        return security::Secret::take(std::span(line).first(size));
    }

private:
    platform::FileDescriptor file_;
    termios before_{};
    bool usable_ = false;
};

Result<security::Secret> ask_password() {
    const SilentTerminal terminal;
    if (!terminal.usable()) {
        return users_usage("there is no terminal to ask at: give --password-ref file:PATH");
    }
    terminal.show("password: ");
    auto first = terminal.read_line();
    terminal.show("\nagain: ");
    const auto second = terminal.read_line();
    terminal.show("\n");
    if (!first) return first;
    if (!second) return std::unexpected(second.error());
    if (!(*first == *second)) return users_usage("the two differ");
    return first;
}

/// The new password of `name`, which is judged.
Result<std::string> hash_of_password(const Options& options, std::string_view name) {
    platform::SystemSecretReader reader;
    platform::SystemRandom random;
    Result<security::Secret> password;
    if (const std::string reference = option_text(options, "password-ref"); !reference.empty()) {
        auto found = security::resolve_secret(
            {.name = "user_password", .reference = reference, .strength = {.min_characters = 0}},
            reader, random);
        if (!found) return std::unexpected(std::move(found).error());
        password = std::move(found->value);
    } else {
        password = ask_password();
    }
    if (!password) return std::unexpected(std::move(password).error());
    if (Status status = identity::check_password(name, *password); !status) {
        return std::unexpected(std::move(status).error());
    }
    return crypto::hash_password(password->expose_text());
}

Result<identity::Role> role_of(const Options& options) {
    const auto role = identity::parse_role(option_text(options, "role"));
    if (role) return *role;
    return users_usage("--role is viewer, editor or admin");
}

Status add(UserStore& store, const Options& options) {
    const auto role = role_of(options);
    if (!role) return std::unexpected(role.error());
    User user;
    user.name = option_text(options, "name");
    if (Status status = identity::check_user_name(user.name); !status) return status;
    auto hash = hash_of_password(options, user.name);
    if (!hash) return std::unexpected(std::move(hash).error());
    std::array<std::byte, 16> id{};
    platform::SystemRandom random;
    random.fill(id);
    user.id = security::encode_hex(id);
    user.password_hash = *std::move(hash);
    user.role = *role;
    user.created_at = user.valid_from = platform::wall_clock();
    return store.add(user);
}

Status list(UserStore& store, const Options&) {
    const auto users = store.list();
    if (!users) return std::unexpected(users.error());
    std::string text;
    for (const User& user : *users) {
        text += user.id + " " + std::string(to_string(user.role)) +
                " created=" + std::to_string(user.created_at.value) +
                (user.disabled ? " disabled" : "") + " " + platform::escaped(user.name) + "\n";
    }
    return platform::print(text);
}

Result<User> find(UserStore& store, const Options& options) {
    const auto users = store.list();
    if (!users) return std::unexpected(users.error());
    const std::string name = option_text(options, "name");
    const auto found = std::ranges::find(*users, name, &User::name);
    if (found == users->end()) return fail(ErrorCode::user_not_found, platform::printable(name));
    return *found;
}

Status change(UserStore& store, const Options& options, const UserChange& change) {
    const auto user = find(store, options);
    if (!user) return std::unexpected(user.error());
    const auto changed = store.change(user->id, change, platform::wall_clock());
    return changed ? Status() : std::unexpected(changed.error());
}

Status remove(UserStore& store, const Options& options) {
    const auto user = find(store, options);
    if (!user) return std::unexpected(user.error());
    const auto removed = store.remove(user->id);
    return removed ? Status() : std::unexpected(removed.error());
}

Status set_role(UserStore& store, const Options& options) {
    const auto role = role_of(options);
    if (!role) return std::unexpected(role.error());
    UserChange wanted;
    wanted.role = *role;
    return change(store, options, wanted);
}

Status set_password(UserStore& store, const Options& options) {
    auto hash = hash_of_password(options, option_text(options, "name"));
    if (!hash) return std::unexpected(std::move(hash).error());
    UserChange wanted;
    wanted.password_hash = *std::move(hash);
    return change(store, options, wanted);
}

Status disable(UserStore& store, const Options& options) {
    UserChange wanted;
    wanted.disabled = true;
    return change(store, options, wanted);
}

Status enable(UserStore& store, const Options& options) {
    UserChange wanted;
    wanted.disabled = false;
    return change(store, options, wanted);
}

struct UsersCommand {
    std::string_view name;
    Status (*run)(UserStore& store, const Options& options);
    /// The options it has beside --file.
    std::array<std::string_view, 3> options;
};

constexpr std::array kUsersCommands = {
    UsersCommand{"add", &add, {"name", "role", "password-ref"}},
    UsersCommand{"list", &list, {}},
    UsersCommand{"remove", &remove, {"name"}},
    UsersCommand{"set-role", &set_role, {"name", "role"}},
    UsersCommand{"set-password", &set_password, {"name", "password-ref"}},
    UsersCommand{"disable", &disable, {"name"}},
    UsersCommand{"enable", &enable, {"name"}},
};

}  // namespace

Status run_users_command(std::span<const char* const> arguments) {
    const std::string_view name = arguments.empty() ? std::string_view() : arguments.front();
    const auto command = std::ranges::find(kUsersCommands, name, &UsersCommand::name);
    if (command == kUsersCommands.end()) {
        return users_usage("expected add, list, remove, set-role, set-password, disable or enable");
    }
    std::array<std::string_view, 4> known = {"file"};
    std::ranges::copy(command->options, std::next(known.begin()));
    const auto options = read_options("users", arguments.subspan(1), known);
    if (!options) return std::unexpected(options.error());
    if (!command->options.front().empty() && !options->contains("name")) {
        return users_usage("--name is missing");
    }
    auto store = UserStore::open(options->at("file"));
    if (!store) return std::unexpected(std::move(store).error());
    return command->run(*store, *options);
}

}  // namespace limpid::service
