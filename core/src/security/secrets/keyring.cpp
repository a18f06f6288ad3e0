#include "limpid/security/keyring.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "limpid/security/encoding.hpp"
#include "security/crypto/kdf.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {
namespace {

constexpr std::string_view kKeyringHeader = "limpid-keyring:v1\n";
constexpr std::string_view kSubkeySalt = "limpid-keyring-v1";
constexpr std::size_t kMaxPurposeBytes = 255;
/// id, two times of at most 20 characters, 43 of base64url, three blanks, end of line.
constexpr std::size_t kMaxLineBytes = 64 + 20 + 20 + 43 + 4;
constexpr auto kMaxKeyTime = static_cast<std::uint64_t>(INT64_MAX);

std::unexpected<Error> malformed_keyring(std::string_view what) {
    return fail(ErrorCode::keyring_malformed, std::string(what));
}

}  // namespace

Status Keyring::check_new(std::string_view id, const Secret& key) const {
    if (!is_identifier(id)) {
        return fail(ErrorCode::argument_invalid,
                    "the key id is '" + excerpt(id) + "'; it must be [A-Za-z0-9_-]{1,64}");
    }
    if (index_of(id)) {
        return fail(ErrorCode::argument_invalid, "the ring has a key '" + std::string(id) + "'");
    }
    if (key.size() != kKeyBytes) {
        return fail(ErrorCode::argument_invalid,
                    "the key has " + std::to_string(key.size()) + " bytes; it must have 32");
    }
    if (infos_.size() >= kMaxKeys) {
        return fail(ErrorCode::argument_invalid, "the ring has 64 keys already; remove old ones");
    }
    return {};
}

std::optional<std::size_t> Keyring::index_of(std::string_view id) const noexcept {
    const auto found = std::ranges::find(infos_, id, &KeyInfo::id);
    if (found == infos_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - infos_.begin());
}

Result<Keyring> Keyring::create(std::string id, UnixSeconds now, RandomSource& random) {
    Result<Secret> key = Secret::random(kKeyBytes, random);
    if (!key) return std::unexpected(std::move(key).error());
    Keyring ring;
    Status added = ring.add(std::move(id), std::move(*key), now);
    if (!added) return std::unexpected(std::move(added).error());
    return ring;
}

Status Keyring::add(std::string id, Secret key, UnixSeconds created_at) {
    Status fits = check_new(id, key);
    if (!fits) return fits;
    infos_.push_back({std::move(id), created_at, std::nullopt});
    keys_.push_back(std::move(key));
    return {};
}

Status Keyring::rotate(std::string id, UnixSeconds now, std::int64_t overlap_seconds,
                       RandomSource& random) {
    std::int64_t valid_until = 0;
    if (overlap_seconds < 0 || __builtin_add_overflow(now.value, overlap_seconds, &valid_until)) {
        return fail(ErrorCode::argument_invalid,
                    "the overlap is " + std::to_string(overlap_seconds) + " s");
    }
    Result<Secret> key = Secret::random(kKeyBytes, random);
    if (!key) return std::unexpected(std::move(key).error());
    Status fits = check_new(id, *key);
    if (!fits) return fits;
    if (!infos_.empty()) infos_.front().valid_until = UnixSeconds{valid_until};
    infos_.insert(infos_.begin(), {std::move(id), now, std::nullopt});
    keys_.insert(keys_.begin(), std::move(*key));
    return {};
}

Status Keyring::remove(std::string_view id) {
    const auto index = index_of(id);
    if (!index) return fail(ErrorCode::sealed_unknown_key, "key id '" + excerpt(id) + "'");
    if (*index == 0) {
        return fail(ErrorCode::argument_invalid, "the primary key cannot be removed; rotate first");
    }
    infos_.erase(infos_.begin() + static_cast<std::ptrdiff_t>(*index));
    keys_.erase(keys_.begin() + static_cast<std::ptrdiff_t>(*index));
    return {};
}

Status Keyring::usable(std::string_view id, UnixSeconds now) const {
    const auto index = index_of(id);
    if (!index) return fail(ErrorCode::sealed_unknown_key, "key id '" + excerpt(id) + "'");
    const auto& until = infos_[*index].valid_until;
    if (until && now > *until) {
        return fail(ErrorCode::sealed_key_expired, "key id '" + std::string(id) + "', " +
                                                       std::to_string(now.value - until->value) +
                                                       " s ago");
    }
    return {};
}

Result<Secret> Keyring::subkey(std::string_view id, std::string_view purpose) const {
    const auto index = index_of(id);
    if (!index) return fail(ErrorCode::sealed_unknown_key, "key id '" + excerpt(id) + "'");
    if (purpose.empty() || purpose.size() > kMaxPurposeBytes) {
        return fail(
            ErrorCode::argument_invalid,
            "the purpose has " + std::to_string(purpose.size()) + " bytes; 1..255 are allowed");
    }
    const std::string info = length_prefixed({"subkey", id, purpose});
    return Secret::make(kKeyBytes, [&](std::span<std::byte> out) {
        return hkdf_sha256(keys_[*index].expose(), as_bytes(kSubkeySalt), as_bytes(info), out);
    });
}

Result<Secret> Keyring::to_secret() const {
    std::string text;
    // In one piece: growing would leave copies of keys behind.
    text.reserve(kKeyringHeader.size() + infos_.size() * kMaxLineBytes);
    text += kKeyringHeader;
    for (std::size_t i = 0; i < infos_.size(); ++i) {
        const KeyInfo& info = infos_[i];
        text += info.id + ' ' + std::to_string(info.created_at.value) + ' ';
        text += info.valid_until ? std::to_string(info.valid_until->value) : "-";
        std::string key = encode_base64(keys_[i].expose(), Base64::url_unpadded);
        const WipeAtEnd wiped(key);
        text += ' ';
        text += key;
        text += '\n';
    }
    return Secret::take(text);
}

Status Keyring::parse_key(std::string_view line) {
    const std::string_view id = take_until(line, ' ');
    const auto created_at = parse_canonical(take_until(line, ' '), kMaxKeyTime);
    const std::string_view until_text = take_until(line, ' ');
    const auto until = parse_canonical(until_text, kMaxKeyTime);
    if (!created_at || (!until && until_text != "-"))
        return malformed_keyring("a time is no number");
    if (until.has_value() == infos_.empty()) {
        return malformed_keyring("the first key, and no other, is the primary one without an end");
    }
    Result<ByteBuffer> decoded = decode_base64(line, Base64::url_unpadded);
    if (!decoded) return malformed_keyring("a key is not base64url");
    Result<Secret> key = Secret::take(decoded->span());
    if (!key) return std::unexpected(std::move(key).error());
    Status added = add(std::string(id), std::move(*key), {static_cast<std::int64_t>(*created_at)});
    if (!added) return malformed_keyring(added.error().found());
    if (until) infos_.back().valid_until = UnixSeconds{static_cast<std::int64_t>(*until)};
    return {};
}

Result<Keyring> Keyring::parse(const Secret& secret) {
    std::string_view text = secret.expose_text();
    if (!text.starts_with(kKeyringHeader))
        return malformed_keyring("the first line is not limpid-keyring:v1");
    if (!text.ends_with('\n')) return malformed_keyring("the last line has no end");
    text.remove_prefix(kKeyringHeader.size());
    Keyring ring;
    while (!text.empty()) {
        Status read = ring.parse_key(take_until(text, '\n'));
        if (!read) return std::unexpected(std::move(read).error());
    }
    return ring;
}

}  // namespace limpid::security
