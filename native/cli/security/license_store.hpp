#pragma once

#include <optional>
#include <string>

#include "cli/parser.hpp"
#include "limpid/error.hpp"
#include "limpid/security/keyring.hpp"
#include "limpid/security/license.hpp"
#include "limpid/security/secret.hpp"
#include "limpid/security/signing_key.hpp"
#include "limpid/security/types.hpp"

namespace limpid::cli {

/// Where an installation keeps what it knows of licences.
struct LicenseStoreOption {
    /// Empty: default_license_folder().
    std::string folder = {};
    /// Empty: a keyring in the folder, made with it.
    std::string keyring_reference = {};
};

/// --state, --keyring.
void add_license_store(CLI::App& command, LicenseStoreOption& option);

/// $XDG_STATE_HOME/limpid, else ~/.local/state/limpid; empty without a home.
[[nodiscard]] std::string default_license_folder();

/// A folder of mode 0700 with the machine's own key, the requests that are open, and what was
/// remembered of each licence; keys and memories are sealed. With the keyring in the same folder
/// that keeps them from being edited or mixed up by accident, not from its owner: give a keyring
/// from elsewhere where that matters.
class LicenseStore {
public:
    /// Opens the folder; makes it when it is missing.
    /// @return usage.invalid without a folder; secret.exposed when others can write it;
    ///         io.unwritable; the errors of read_keyring().
    [[nodiscard]] static Result<LicenseStore> open(const LicenseStoreOption& option);

    /// Is there a folder to open without making one?
    [[nodiscard]] static bool exists(const LicenseStoreOption& option);

    /// The machine's key. @return sealed.not_genuine when it was changed.
    [[nodiscard]] Result<security::SigningKey> device_key() const;
    /// The same, made when there is none.
    [[nodiscard]] Result<security::SigningKey> make_device_key() const;

    /// The request that waits for the licence `id`. @return license.wrong_request when none does.
    [[nodiscard]] Result<std::string> request(const std::string& id) const;
    [[nodiscard]] Status keep_request(const std::string& id, const std::string& text) const;
    /// No licence is waited for any longer.
    [[nodiscard]] Status drop_request(const std::string& id) const;

    /// What the last check left; nothing before the first. @return sealed.not_genuine when it was
    /// changed, or is another licence's.
    [[nodiscard]] Result<std::optional<security::LicenseMemory>> memory(
        const std::string& id, security::UnixSeconds now) const;
    [[nodiscard]] Status remember(const std::string& id,
                                  const security::LicenseMemory& memory) const;

private:
    LicenseStore(std::string folder, security::Keyring ring);

    [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
    [[nodiscard]] Result<std::optional<security::Secret>> read(const std::string& name) const;
    [[nodiscard]] Status write(const std::string& name, security::Bytes bytes) const;

    std::string folder_;
    security::Keyring ring_;
};

}  // namespace limpid::cli
