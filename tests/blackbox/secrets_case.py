"""What the tests of the security commands share: keys, canaries, and how a terminal sees a command."""

import base64
import os
import pty
import stat
import subprocess
import urllib.parse

import cli

# Printable, long enough for every rule, and nothing that a message would say by chance.
CANARY = "kanarienvogel-Q7xw-v93Rt-pL2mZ-84"


def forms_of(secret):
    """How a secret could be written: as it is, percent-encoded, in hex, in base64 at any offset."""
    yield secret
    if len(secret) < 12:  # too little is left of it where its ends are cut off
        return
    yield urllib.parse.quote(secret, safe=b"").encode()
    yield secret.hex().encode()
    for lead in range(3):
        # What stands before and behind decides the first and the last characters.
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(bytes(lead) + secret)[4 if lead else 0:-4]


class SecretsCase(cli.TestCase):
    def secret_file(self, name, contents, mode=0o600):
        path = self.file(name, contents)
        path.chmod(mode)
        return path

    def key_pair(self, name="signer", *options):
        """@return (reference to the secret key, public key file)"""
        path = self.folder / f"{name}.key"
        self.assert_done(cli.run("keygen", "-o", path, *options))
        return f"file:{path}", self.folder / f"{name}.pub"

    def mode_of(self, path):
        return stat.S_IMODE(os.stat(path).st_mode)

    def assert_private(self, path):
        self.assertEqual(self.mode_of(path), 0o600, path)

    def assert_silent(self, ran, *secrets):
        """No form of a secret is in what the command said."""
        said = ran.stdout + ran.stderr.encode()
        for secret in secrets:
            for form in forms_of(secret if isinstance(secret, bytes) else secret.encode()):
                self.assertNotIn(form, said)


def run_on_terminal(*arguments):
    """Run limpid with a terminal as standard output. @return what it did, with what the terminal showed."""
    main, side = pty.openpty()
    try:
        done = subprocess.run([cli.PROGRAM, *map(os.fspath, arguments)], stdin=subprocess.DEVNULL, stdout=side,
                              stderr=subprocess.PIPE, check=False, timeout=cli.TIMEOUT_S)
    finally:
        os.close(side)
    shown = b""
    try:
        while chunk := os.read(main, 65536):
            shown += chunk
    except OSError:  # the other side is closed and all is read
        pass
    finally:
        os.close(main)
    return cli.Ran(done.returncode, shown, done.stderr)
