#!/usr/bin/env python3
"""Write the licence files beside this script in Keygen's format, and print a key in Imagor Studio's.

    make.py

Needs Python's cryptography package. What it writes is committed; tests never run it. The signing key is the seed
00 01 … 1f, the licence key and the fingerprint stand below.
"""

import base64
import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
LICENSE_KEY = "C1B6DE-39A6E3-DE1529-8559A0-4AF593-V3"
FINGERPRINT = "198e9fe586114844f6a4eaca5069b41a7ed43fb5a2df84892b69826d64573e39"

LICENSE_ID = "218810ed-2ac8-4c26-a725-a6da67500561"
LICENSE = {"name": "Acme GmbH", "key": LICENSE_KEY, "expiry": "2027-12-31T23:59:59.000Z", "status": "ACTIVE",
           "maxMachines": 2, "uses": 0, "metadata": {}}
ENTITLEMENTS = [{"id": f"e{i}", "type": "entitlements", "attributes": {"name": name, "code": code, "metadata": {}}}
                for i, (name, code) in enumerate([("HDR", "HDR"), ("Batch", "BATCH")], 1)]
META = {"issued": "2027-01-01T00:00:00.000Z", "expiry": "2027-12-01T00:00:00.000Z", "ttl": 28857600}
MACHINE = {"fingerprint": FINGERPRINT, "name": None, "cores": 8}

LICENSE_FILE = {"data": {"id": LICENSE_ID, "type": "licenses", "attributes": LICENSE, "relationships": {}},
                "included": ENTITLEMENTS, "meta": META}
MACHINE_FILE = {"data": {"id": "5ebb1ecf-9ca2-4c0a-8de9-6a1e0f1d4d8a", "type": "machines", "attributes": MACHINE,
                         "relationships": {}},
                "included": [{"id": LICENSE_ID, "type": "licenses", "attributes": LICENSE}, *ENTITLEMENTS], "meta": META}


def compact(value):
    return json.dumps(value, separators=(",", ":")).encode()


def certificate(kind, dataset, secret, nonce):
    """A file of one kind, encrypted when there is a secret."""
    plain = compact(dataset)
    if secret is None:
        enc, alg = base64.b64encode(plain).decode(), "base64+ed25519"
    else:
        sealed = AESGCM(hashlib.sha256(secret.encode()).digest()).encrypt(nonce, plain, None)
        enc = ".".join(base64.b64encode(part).decode() for part in (sealed[:-16], nonce, sealed[-16:]))
        alg = "aes-256-gcm+ed25519"
    signature = base64.b64encode(SIGNER.sign(f"{kind}/{enc}".encode())).decode()
    body = base64.encodebytes(json.dumps({"enc": enc, "sig": signature, "alg": alg}).encode()).decode()
    return f"-----BEGIN {kind.upper()} FILE-----\n{body}-----END {kind.upper()} FILE-----\n"


def imagor_key(payload):
    text = compact(payload)
    return "IMGR-" + ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (text, SIGNER.sign(text)))


def main():
    here = Path(__file__).parent
    files = {
        "license.lic": certificate("license", LICENSE_FILE, None, b""),
        "license-encrypted.lic": certificate("license", LICENSE_FILE, LICENSE_KEY, bytes(range(1, 13))),
        "machine.lic": certificate("machine", MACHINE_FILE, None, b""),
        "machine-encrypted.lic": certificate("machine", MACHINE_FILE, LICENSE_KEY + FINGERPRINT, bytes(range(40, 52))),
    }
    for name, text in files.items():
        (here / name).write_text(text)
    print(imagor_key({"type": "commercial", "email": "business@example.com", "features": ["hdr", "batch"],
                      "iat": 1800000000, "exp": 1900000000}))
    print(imagor_key({"type": "personal", "email": "user@example.com", "iat": 1800000000}))


if __name__ == "__main__":
    main()
