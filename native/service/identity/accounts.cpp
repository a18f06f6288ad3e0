#include "service/identity/accounts.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>

#include "crypto/password_hash.hpp"
#include "limpid/security/encoding.hpp"
#include "platform/random_source.hpp"

namespace limpid::service::identity {
namespace {

// Changes of users that may wait for the disk.
constexpr int kMaxChanges = 64;

Result<std::string> hash_of_nothing() {
    std::array<std::byte, 32> bytes{};
    platform::SystemRandom random;
    random.fill(bytes);
    return crypto::hash_password(security::encode_hex(bytes));
}

Status list_into(UserStore& store, std::vector<User>& users) {
    auto list = store.list();
    if (!list) return std::unexpected(std::move(list).error());
    users = *std::move(list);
    return {};
}

using Index = std::unordered_map<std::string_view, const User*>;

Index by_id(const std::vector<User>& users) {
    Index index;
    for (const User& user : users) index.emplace(user.id, &user);
    return index;
}

void note_changes(const User& before, const User& after, std::vector<UserEvent>& events) {
    if (before.role != after.role) events.push_back({"user.role_changed", after});
    if (before.password_hash != after.password_hash) {
        events.push_back({"user.password_changed", after});
    }
    if (before.disabled != after.disabled) {
        events.push_back({after.disabled ? "user.disabled" : "user.enabled", after});
    }
}

std::vector<UserEvent> events_between(const std::vector<User>& before,
                                      const std::vector<User>& after) {
    std::vector<UserEvent> events;
    const Index was = by_id(before);
    const Index is = by_id(after);
    for (const User& user : before) {
        if (!is.contains(user.id)) events.push_back({"user.removed", user});
    }
    for (const User& user : after) {
        const auto old = was.find(user.id);
        if (old == was.end()) {
            events.push_back({"user.created", user});
        } else {
            note_changes(*old->second, user, events);
        }
    }
    return events;
}

}  // namespace

Result<std::unique_ptr<Accounts>> Accounts::open(boost::asio::any_io_executor home,
                                                 const std::string& path) {
    auto store = UserStore::open(path);
    if (!store) return std::unexpected(std::move(store).error());
    auto users = store->list();
    if (!users) return std::unexpected(std::move(users).error());
    auto hash = hash_of_nothing();
    if (!hash) return std::unexpected(std::move(hash).error());
    return std::unique_ptr<Accounts>(
        new Accounts(std::move(home), *std::move(store), *std::move(users), *std::move(hash)));
}

Accounts::Accounts(boost::asio::any_io_executor home, UserStore store, std::vector<User> users,
                   std::string nobodys_hash)
    : store_(std::make_unique<UserStore>(std::move(store))),
      users_(std::move(users)),
      nobodys_hash_(std::move(nobodys_hash)),
      disk_(home, kMaxChanges),
      hashing_(std::move(home), kMaxHashing) {}

Accounts::~Accounts() { hashing_.drop(); }

const User* Accounts::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(users_, name, &User::name);
    return found == users_.end() ? nullptr : &*found;
}

const User* Accounts::find_id(std::string_view id) const noexcept {
    const auto found = std::ranges::find(users_, id, &User::id);
    return found == users_.end() ? nullptr : &*found;
}

bool Accounts::has_administrator() const noexcept {
    return std::ranges::any_of(users_, administers);
}

void Accounts::verify(const User* user, security::Secret password, Done<bool> done) {
    if (hashing_.is_full()) return done(fail(ErrorCode::service_busy));
    hashing_.run(
        [hash = user == nullptr ? nobodys_hash_ : user->password_hash,
         password = std::move(password), exists = user != nullptr]() -> Result<bool> {
            return crypto::verify_password(hash, password.expose_text()) && exists;
        },
        std::move(done));
}

void Accounts::hash(security::Secret password, Done<std::string> done) {
    if (hashing_.is_full()) return done(fail(ErrorCode::service_busy));
    hashing_.run(
        [password = std::move(password)] { return crypto::hash_password(password.expose_text()); },
        std::move(done));
}

std::vector<UserEvent> Accounts::take_over(std::vector<User> users) {
    std::vector<UserEvent> events = events_between(users_, users);
    users_ = std::move(users);
    return events;
}

template <class Change>
void Accounts::update(Change change, Told done) {
    if (disk_.is_full()) return done({.error = Error(ErrorCode::service_busy)});
    struct Lists {
        std::vector<User> before, after;
    };
    auto lists = std::make_shared<Lists>();
    disk_.run(
        [store = store_.get(), change = std::move(change), lists]() mutable -> Status {
            if (Status status = list_into(*store, lists->before); !status) return status;
            if (Status status = change(*store); !status) return status;
            return list_into(*store, lists->after);
        },
        [this, lists, done = std::move(done)](Status changed) mutable {
            if (!changed) return done({.error = std::move(changed).error()});
            // What another process did shortly before is not this one's doing.
            std::ranges::move(take_over(std::move(lists->before)), std::back_inserter(by_others_));
            done({.events = take_over(std::move(lists->after))});
        });
}

void Accounts::add(User user, Told done) {
    update([user = std::move(user)](UserStore& store) { return store.add(user); }, std::move(done));
}

void Accounts::add_first_administrator(User user, Told done) {
    update(
        [user = std::move(user)](UserStore& store) { return store.add_first_administrator(user); },
        std::move(done));
}

void Accounts::change(std::string id, UserChange change, security::UnixSeconds now, Told done) {
    update(
        [id = std::move(id), change = std::move(change), now](UserStore& store) -> Status {
            const auto user = store.change(id, change, now);
            return user ? Status() : std::unexpected(user.error());
        },
        std::move(done));
}

void Accounts::remove(std::string id, Told done) {
    update(
        [id = std::move(id)](UserStore& store) -> Status {
            const auto user = store.remove(id);
            return user ? Status() : std::unexpected(user.error());
        },
        std::move(done));
}

void Accounts::refresh(Told done) {
    if (refreshing_ || disk_.is_full()) return;
    refreshing_ = true;
    struct Found {
        std::int64_t changes = 0;
        std::optional<std::vector<User>> users;
    };
    auto found = std::make_shared<Found>();
    disk_.run(
        [store = store_.get(), seen = seen_changes_, found]() -> Status {
            const auto changes = store->changes_of_others();
            if (!changes) return std::unexpected(changes.error());
            found->changes = *changes;
            return *changes == seen ? Status() : list_into(*store, found->users.emplace());
        },
        [this, found, done = std::move(done)](Status looked) mutable {
            refreshing_ = false;
            if (!looked) return done({.error = std::move(looked).error()});
            seen_changes_ = found->changes;
            Happened happened{.events = std::exchange(by_others_, {})};
            if (found->users) {
                std::ranges::move(take_over(*std::move(found->users)),
                                  std::back_inserter(happened.events));
            }
            done(std::move(happened));
        });
}

}  // namespace limpid::service::identity
