"""Prepares the servers of some users at once, by our hook or by the published design of coffea-casa, and prints how long each had to wait."""

import asyncio
import json
import os
import sys
import time
from base64 import b64encode
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

given = json.load(sys.stdin)


def key_and_certificate(name, signed_by=None):
    """RSA of 2048 bits, as the published design makes it."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer, issuer = signed_by or (key, subject)
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + timedelta(days=365))
    certificate = builder.add_extension(x509.BasicConstraints(ca=signed_by is None, path_length=None), True).sign(signer, hashes.SHA256())
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    return key, subject, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain) + pem


class Published:
    """One root, one certificate of a server and one of a user at each start, and five calls one after the other, which hold up the hub
    (https://github.com/CoffeaTeam/coffea-casa/blob/master/charts/coffea-casa/files/hub-extra/secret_creation_hook.py)."""

    def __init__(self):
        with open(os.environ["KUBECONFIG"]) as file:
            config = json.load(file)
        self.server = config["clusters"][0]["cluster"]["server"]
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {config['users'][0]['user']['token']}"
        # The API server is on loopback, and its certificate is no part of what is measured.
        self.session.verify, self.session.trust_env = False, False

    def call(self, method, path, body=None):
        answer = self.session.request(method, f"{self.server}{path}", json=body)
        answer.raise_for_status()

    async def prepare(self, user):
        name, core = f"published-{user}", f"/api/v1/namespaces/{given['namespace']}"
        routes = f"/apis/traefik.io/v1alpha1/namespaces/{given['namespace']}/ingressroutetcps"
        key, subject, root = key_and_certificate("development CA")
        files = {"ca.pem": root, **{file: key_and_certificate(file, (key, subject))[2] for file in ("hostcert.pem", "usercert.pem")}}
        data = {file: b64encode(text).decode() for file, text in files.items()}
        self.call("POST", f"{core}/secrets", {"metadata": {"name": name}, "data": data})
        ports = [{"name": f"dask-{port}", "port": port} for port in (8786, 8788)]
        with suppress(requests.HTTPError):
            self.call("DELETE", f"{core}/services/{name}")
        self.call("POST", f"{core}/services", {"metadata": {"name": name}, "spec": {"selector": {"jhub_user": user}, "ports": ports}})
        with suppress(requests.HTTPError):
            self.call("DELETE", f"{routes}/{name}")
        matches = [{"match": f"HostSNI(`{user}.{kind}.example.edu`)", "services": [{"name": name, "port": 8786}]} for kind in ("a", "b")]
        spec = {"entryPoints": ["dask", "daskworker"], "routes": matches, "tls": {"passthrough": True}}
        head = {"apiVersion": "traefik.io/v1alpha1", "kind": "IngressRouteTCP"}
        self.call("POST", routes, {**head, "metadata": {"name": name}, "spec": spec})


class Ours:
    """The hook, with the real KubeSpawner."""

    def __init__(self):
        from hook_spawner import spawners

        self.spawner_of = spawners(given["values"], given["namespace"])

    async def prepare(self, user):
        await self.spawner_of(user).run_pre_spawn_hook()


async def pauses(longest):
    """Keeps the longest time for which nothing else of the hub could run."""
    while True:
        begun = time.monotonic()
        await asyncio.sleep(0.01)
        longest[0] = max(longest[0], time.monotonic() - begun - 0.01)


async def main():
    design = {"published": Published, "ours": Ours}[given["design"]]()
    longest, begun = [0.0], time.monotonic()
    watch = asyncio.create_task(pauses(longest))
    await asyncio.sleep(0.05)

    async def waited(user):
        await design.prepare(user)
        return time.monotonic() - begun

    begun = time.monotonic()
    seconds = await asyncio.gather(*map(waited, given["users"]))
    # What held up everything else held up the watch too, which says so only now.
    await asyncio.sleep(0.05)
    watch.cancel()
    print(json.dumps({"seconds": seconds, "pause": longest[0]}))


asyncio.run(main())
