#!/usr/bin/env bash
# verify_only.sh VERIFY_ONLY_LIBRARY WHOLE_LIBRARY: the first can verify and cannot sign; the second can do both, which
# shows that the names looked for are the right ones.
set -euo pipefail

can_sign='SigningKey|WebhookSigner|sign_jws|issue_jwt|sign_document|sign_recipe|sign_manifest|sign_minisign|sign_signify|crypto_sign_ed25519_(detached|seed_keypair)|crypto_sign_ed25519ph_final_create'
can_verify='verify_recipe|WebhookVerifier|verify_jwt|verify_manifest|verify_minisign|verify_signify|crypto_sign_ed25519_verify_detached'

count() { nm -D -C "$1" | grep -cE "$2" || true; }

for row in "$1 $can_sign 0" "$1 $can_verify some" "$2 $can_sign some" "$2 $can_verify some"; do
    read -r library names wanted <<<"$row"
    found=$(count "$library" "$names")
    if { [[ $wanted == 0 && $found != 0 ]]; } || { [[ $wanted == some && $found == 0 ]]; }; then
        printf '%s: %s symbols like %s, expected %s\n' "$library" "$found" "$names" "$wanted" >&2
        exit 1
    fi
    printf '%s: %s symbols like %s\n' "${library##*/}" "$found" "$names"
done
