"""Shakes hands with the hook's certificates, by Python's ssl as Dask uses it, and prints who was let in by whom."""

import json
import os
import ssl
import sys
import tempfile
from datetime import timedelta

sys.path.insert(0, json.load(sys.stdin)["hook"])

from dask_ingress import certificates  # noqa: E402
from dask_ingress.certificates import is_good, new_leaf, new_root  # noqa: E402

NAMES = ("alice.dask.example.edu", "dask-alice", "localhost")

# What Python 3.13 sets beside what it has set before: https://docs.python.org/3/library/ssl.html#ssl.create_default_context
FLAGS = {"3.12": ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST}
FLAGS["3.13"] = FLAGS["3.12"] | ssl.VerifyFlags.VERIFY_X509_STRICT | ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN


def context(side, ca, certificate, flags, folder):
    """As distributed makes it: https://github.com/dask/distributed/blob/2026.3.0/distributed/security.py, get_listen_args."""
    paths = []
    for text in (ca, certificate):
        handle, path = tempfile.mkstemp(dir=folder)
        with open(handle, "w") as file:
            file.write(text)
        paths.append(path)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if side == "server" else ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_REQUIRED
    made.verify_flags = flags
    made.load_verify_locations(paths[0])
    made.load_cert_chain(paths[1])
    return made


def shake(server, client, name=None):
    """Both ends of a handshake in memory; how it ended."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    if name:
        client.check_hostname = True
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=name or "anything.example.edu"),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    done = [False, False]
    for _ in range(10):
        for index, end in enumerate(ends):
            try:
                # The client's certificate is judged after its own handshake is done, so it reads what the server says to it.
                end.read() if done[index] else end.do_handshake()
                done[index] = True
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                return error.verify_message if hasattr(error, "verify_message") else error.reason
    return "open" if all(done) else "silent"


def parts(name, days=28):
    root = new_root(name, 1825)
    roles = {"scheduler": NAMES, "worker": NAMES, "client": ()}
    return root, {role: new_leaf(root, role, names, days) for role, names in roles.items()}


def matrix(folder):
    users = {"alice": parts("alice"), "bob": parts("bob")}
    told = {}
    for python, flags in FLAGS.items():
        for owner, (root, leaves) in users.items():
            for caller, (own_root, own_leaves) in users.items():
                for listens in ("scheduler", "worker"):
                    for calls in ("client", "worker", "scheduler"):
                        for trusts, ca in (("its own root", own_root), ("the stolen root", root)):
                            server = context("server", root.pem, leaves[listens], flags, folder)
                            client = context("client", ca.pem, own_leaves[calls], flags, folder)
                            told[f"{python}: {calls} of {caller} that trusts {trusts} to {listens} of {owner}"] = shake(server, client)
    root, leaves = users["alice"]
    for python, flags in FLAGS.items():
        for name in (*NAMES, "bob.dask.example.edu"):
            server = context("server", root.pem, leaves["scheduler"], flags, folder)
            told[f"{python}: by the name {name}"] = shake(server, context("client", root.pem, leaves["client"], flags, folder), name)
        server = context("server", root.pem, leaves["client"], flags, folder)
        told[f"{python}: a client's certificate that listens"] = shake(server, context("client", root.pem, leaves["client"], flags, folder))
    return told


def lives():
    """Which certificates are good on which day."""
    made = certificates.now()
    root, leaves = parts("alice")
    other = new_root("alice", 1825)
    told = {}
    for day in (0, 13, 15, 27):
        certificates.now = lambda: made + timedelta(days=day)
        told[day] = is_good(leaves["scheduler"].encode(), root, NAMES)
    certificates.now = lambda: made
    told["other names"] = is_good(leaves["scheduler"].encode(), root, NAMES[1:])
    told["other root of the same name"] = is_good(leaves["scheduler"].encode(), other, NAMES)
    told["no certificate"] = is_good(b"", root, NAMES)
    certificates.now = lambda: made + timedelta(days=1820)
    last = certificates.x509.load_pem_x509_certificate(new_leaf(root, "late", NAMES, 28).encode())
    told["outlives its root"] = last.not_valid_after_utc > root.certificate.not_valid_after_utc
    return told


with tempfile.TemporaryDirectory() as folder:
    print(json.dumps({"matrix": matrix(folder), "lives": lives(), "algorithm": os.path.basename(ssl.OPENSSL_VERSION)}))
