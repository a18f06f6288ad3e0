"""Certificate authorities for tests, made by the openssl command."""

import pathlib
import subprocess

CONFIG = """
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 30
default_crl_days = 30
policy = any
unique_subject = no
copy_extensions = copy
x509_extensions = leaf
[any]
commonName = supplied
[leaf]
basicConstraints = CA:false
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[req]
distinguished_name = name
[name]
"""
P256 = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
LONG_AGO = ("-startdate", "20200101000000Z", "-enddate", "20200201000000Z")


class Pair:
    """A certificate and its key: paths of two PEM files."""

    def __init__(self, folder, name):
        self.certificate = folder / f"{name}.pem"
        self.key = folder / f"{name}.key"


class Authority:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        (self.folder / "ca.cnf").write_text(CONFIG)
        (self.folder / "index.txt").touch()
        (self.folder / "serial").write_text("1000\n")
        (self.folder / "crlnumber").write_text("10\n")
        self.certificate = self.folder / "ca.pem"
        self._run("req", "-x509", *P256, "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test authority",
                  "-days", "30", "-addext", "basicConstraints=critical,CA:true",
                  "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-addext", "subjectKeyIdentifier=hash")
        self.certificate.chmod(0o644)

    def _run(self, command, *arguments):
        done = subprocess.run(["openssl", command, "-config", "ca.cnf", *map(str, arguments)], cwd=self.folder, check=False,
                              capture_output=True, timeout=60)
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode())

    def issue(self, name, names, dates=(), key=P256):
        """@param names  subjectAltName, as DNS:localhost,IP:127.0.0.1. @return Pair"""
        pair = Pair(self.folder, name)
        self._run("req", "-new", *key, "-nodes", "-keyout", pair.key, "-out", f"{name}.csr", "-subj", f"/CN={name}",
                  "-addext", f"subjectAltName={names}")
        self._run("ca", "-batch", "-notext", *dates, "-in", f"{name}.csr", "-out", pair.certificate)
        pair.certificate.chmod(0o644)
        return pair

    def revoke(self, *pairs):
        """@return path of a revocation list that holds these, and what was revoked before."""
        for pair in pairs:
            self._run("ca", "-revoke", pair.certificate)
        path = self.folder / "crl.pem"
        self._run("ca", "-gencrl", "-out", path)
        path.chmod(0o644)
        return path


def encrypt_key(pair, path, passphrase_file):
    subprocess.run(["openssl", "pkcs8", "-topk8", "-in", pair.key, "-out", path, "-passout", f"file:{passphrase_file}"],
                   check=True, capture_output=True, timeout=60)
    path.chmod(0o600)
    return path
