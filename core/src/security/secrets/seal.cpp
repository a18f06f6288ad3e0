#include "limpid/security/seal.hpp"

#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "limpid/byte_buffer.hpp"
#include "limpid/security/encoding.hpp"
#include "security/crypto/aead.hpp"
#include "security/crypto/kdf.hpp"
#include "security/secrets/fields.hpp"

namespace limpid::security {
namespace {

constexpr std::string_view kSealPrefix = "limpid-sealed:v1:";
constexpr std::string_view kArgonPrefix = "argon2id$m=";
constexpr std::size_t kSealNonceBytes = 24;
constexpr std::size_t kSaltBytes = 16;
/// Base64url of the largest secret, with nonce, tag and the longest key slot.
constexpr std::size_t kMaxSealedBytes = 4 * (Secret::kMaxBytes + 64) / 3 + 256;

struct SealedParts {
    std::string_view slot;  // key id, or how the key comes from a passphrase
    ByteBuffer box;         // nonce, ciphertext, tag
};

struct PassphraseSlot {
    PassphraseCost cost;
    std::array<std::byte, kSaltBytes> salt;
};

std::unexpected<Error> malformed_seal(std::string_view what) {
    return fail(ErrorCode::sealed_malformed, std::string(what));
}

Status check_record(const RecordName& record) {
    if (record.purpose.empty() || record.purpose.size() > 255 || record.name.empty() ||
        record.name.size() > 1024) {
        return fail(ErrorCode::argument_invalid,
                    "a purpose has 1..255 bytes and a record's name 1..1024");
    }
    return {};
}

std::string associated_data(std::string_view slot, const RecordName& record) {
    return length_prefixed({"limpid-sealed-v1", slot, record.purpose, record.name});
}

Result<SealedParts> parse_sealed(std::string_view sealed) {
    if (sealed.size() > kMaxSealedBytes) return malformed_seal("the value is too long");
    if (!sealed.starts_with(kSealPrefix))
        return malformed_seal("it does not begin with limpid-sealed:v1:");
    sealed.remove_prefix(kSealPrefix.size());
    SealedParts parsed{take_until(sealed, ':'), {}};
    Result<ByteBuffer> box = decode_base64(sealed, Base64::url_unpadded);
    if (!box) return malformed_seal("the part after the key is not base64url");
    if (box->size() < kSealNonceBytes + kAeadTagBytes)
        return malformed_seal("the value is cut off");
    parsed.box = std::move(*box);
    return parsed;
}

/// `m=…$t=…$salt` as format_slot() writes it; nothing for any other text.
std::optional<PassphraseSlot> parse_slot(std::string_view slot) {
    if (!slot.starts_with(kArgonPrefix)) return std::nullopt;
    slot.remove_prefix(kArgonPrefix.size());
    const auto memory = parse_canonical(take_until(slot, '$'), UINT32_MAX);
    if (!slot.starts_with("t=")) return std::nullopt;
    slot.remove_prefix(2);
    const auto passes = parse_canonical(take_until(slot, '$'), UINT32_MAX);
    const Result<ByteBuffer> salt = decode_base64(slot, Base64::url_unpadded);
    if (!memory || *memory < 8 || !passes || *passes < 1 || !salt || salt->size() != kSaltBytes) {
        return std::nullopt;
    }
    PassphraseSlot parsed{};
    parsed.cost = {static_cast<std::uint32_t>(*memory), static_cast<std::uint32_t>(*passes)};
    std::ranges::copy(salt->span(), parsed.salt.begin());
    return parsed;
}

std::string format_slot(const PassphraseSlot& slot) {
    return std::string(kArgonPrefix) + std::to_string(slot.cost.memory_kib) +
           "$t=" + std::to_string(slot.cost.passes) + '$' +
           encode_base64(slot.salt, Base64::url_unpadded);
}

Result<Secret> passphrase_key(const Secret& passphrase, const PassphraseSlot& slot) {
    if (passphrase.size() < 8 || passphrase.size() > 1024) {
        return fail(ErrorCode::argument_invalid, "the passphrase has " +
                                                     std::to_string(passphrase.size()) +
                                                     " bytes; 8..1024 are allowed");
    }
    return Secret::make(Keyring::kKeyBytes, [&](std::span<std::byte> out) {
        return argon2id(passphrase.expose(), slot.salt, {slot.cost.memory_kib, slot.cost.passes},
                        out);
    });
}

Result<std::string> seal_with(const Secret& key, std::string_view slot, const RecordName& record,
                              Bytes plaintext, RandomSource& random) {
    ByteBuffer box;
    if (plaintext.size() > Secret::kMaxBytes) {
        return fail(ErrorCode::argument_invalid,
                    "the plaintext has " + std::to_string(plaintext.size()) + " bytes; at most " +
                        std::to_string(Secret::kMaxBytes));
    }
    if (!box.resize(kSealNonceBytes + plaintext.size() + kAeadTagBytes)) {
        return fail(ErrorCode::memory_exhausted);
    }
    const auto nonce = box.span().first<kSealNonceBytes>();
    random.fill(nonce);
    Status sealed = xchacha20poly1305_seal(key.expose().first<Keyring::kKeyBytes>(), nonce,
                                           as_bytes(associated_data(slot, record)), plaintext,
                                           box.span().subspan(kSealNonceBytes));
    if (!sealed) return std::unexpected(std::move(sealed).error());
    return std::string(kSealPrefix) + std::string(slot) + ':' +
           encode_base64(box.span(), Base64::url_unpadded);
}

Result<Secret> open_with(const Secret& key, const SealedParts& parsed, const RecordName& record) {
    const Bytes box = std::as_const(parsed.box).span();
    return Secret::make(
        box.size() - kSealNonceBytes - kAeadTagBytes, [&](std::span<std::byte> out) -> Status {
            const bool genuine = xchacha20poly1305_open(
                key.expose().first<Keyring::kKeyBytes>(), box.first<kSealNonceBytes>(),
                as_bytes(associated_data(parsed.slot, record)), box.subspan(kSealNonceBytes), out);
            if (!genuine) return fail(ErrorCode::sealed_not_genuine);
            return {};
        });
}

/// unseal() without a look at the key's time.
Result<Secret> open(const Keyring& ring, const SealedParts& parsed, const RecordName& record) {
    const Result<Secret> key = ring.subkey(parsed.slot, record.purpose);
    if (!key) return std::unexpected(key.error());
    return open_with(*key, parsed, record);
}

Result<std::string> rekey_one(const Keyring& from, const Keyring& to, const RecordName& record,
                              std::string_view sealed, RandomSource& random) {
    Status named = check_record(record);
    if (!named) return std::unexpected(std::move(named).error());
    const Result<SealedParts> parsed = parse_sealed(sealed);
    if (!parsed) return std::unexpected(parsed.error());
    const Result<Secret> plaintext = open(from, *parsed, record);
    if (plaintext) return seal(to, record, plaintext->expose(), random);
    // Sealed anew already, by a run that was interrupted?
    if (open(to, *parsed, record)) return std::string(sealed);
    return std::unexpected(plaintext.error());
}

}  // namespace

Result<std::string> seal(const Keyring& ring, const RecordName& record, Bytes plaintext,
                         RandomSource& random) {
    Status named = check_record(record);
    if (!named) return std::unexpected(std::move(named).error());
    if (ring.primary_id().empty()) {
        return fail(ErrorCode::argument_invalid, "the keyring has no key");
    }
    const Result<Secret> key = ring.subkey(ring.primary_id(), record.purpose);
    if (!key) return std::unexpected(key.error());
    return seal_with(*key, ring.primary_id(), record, plaintext, random);
}

Result<Secret> unseal(const Keyring& ring, const RecordName& record, std::string_view sealed,
                      UnixSeconds now) {
    Status named = check_record(record);
    if (!named) return std::unexpected(std::move(named).error());
    const Result<SealedParts> parsed = parse_sealed(sealed);
    if (!parsed) return std::unexpected(parsed.error());
    Status usable = ring.usable(parsed->slot, now);
    if (!usable) return std::unexpected(std::move(usable).error());
    return open(ring, *parsed, record);
}

Result<std::string> sealing_key_id(std::string_view sealed) {
    const Result<SealedParts> parsed = parse_sealed(sealed);
    if (!parsed) return std::unexpected(parsed.error());
    if (parse_slot(parsed->slot)) return std::string();
    if (!is_identifier(parsed->slot)) return malformed_seal("it has no key id");
    return std::string(parsed->slot);
}

Result<std::vector<SealedRecord>> rekey(const Keyring& from, const Keyring& to,
                                        std::string_view purpose,
                                        std::span<const SealedRecord> records,
                                        RandomSource& random) {
    std::vector<SealedRecord> anew;
    anew.reserve(records.size());
    for (const SealedRecord& record : records) {
        Result<std::string> sealed =
            rekey_one(from, to, {purpose, record.name}, record.sealed, random);
        if (!sealed) {
            return fail(sealed.error().id(),
                        "record '" + excerpt(record.name) + "': " + sealed.error().found());
        }
        anew.push_back({record.name, std::move(*sealed)});
    }
    return anew;
}

Result<std::string> seal_with_passphrase(const Secret& passphrase, const RecordName& record,
                                         Bytes plaintext, const PassphraseCost& cost,
                                         RandomSource& random) {
    Status named = check_record(record);
    if (!named) return std::unexpected(std::move(named).error());
    PassphraseSlot slot{cost, {}};
    random.fill(slot.salt);
    const Result<Secret> key = passphrase_key(passphrase, slot);
    if (!key) return std::unexpected(key.error());
    return seal_with(*key, format_slot(slot), record, plaintext, random);
}

Result<Secret> unseal_with_passphrase(const Secret& passphrase, const RecordName& record,
                                      std::string_view sealed, const PassphraseCost& max_cost) {
    Status named = check_record(record);
    if (!named) return std::unexpected(std::move(named).error());
    const Result<SealedParts> parsed = parse_sealed(sealed);
    if (!parsed) return std::unexpected(parsed.error());
    const auto slot = parse_slot(parsed->slot);
    if (!slot) return malformed_seal("it was not sealed with a passphrase");
    if (slot->cost.memory_kib > max_cost.memory_kib || slot->cost.passes > max_cost.passes) {
        return fail(ErrorCode::sealed_too_costly,
                    std::to_string(slot->cost.memory_kib) + " KiB and " +
                        std::to_string(slot->cost.passes) + " passes");
    }
    const Result<Secret> key = passphrase_key(passphrase, *slot);
    if (!key) return std::unexpected(key.error());
    return open_with(*key, *parsed, record);
}

}  // namespace limpid::security
