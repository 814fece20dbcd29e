"""What the hub does for a user's Dask when a server starts, while it runs and when it stops."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

from tornado.web import HTTPError

from .certificates import Root, is_good, new_leaf, new_root
from .cluster import Cluster
from .homes import find_home
from .manifests import Names, addressed, names_of, owner_of, root_secret, server_objects
from .settings import Settings
from .tokens import COPIER, LOGIN, UserTokens

# Files of the user's Secret are made by such a function, which gets the spawner and the files of the Secret that is there.
FurtherFiles = Callable[[object, dict[str, bytes]], Awaitable[dict[str, str]]]

VOLUME, COPIES = "dask-certificates", "user-tokens"

# A file of Python beside this one that goes to the user's pod, for images whose scheduler resolves the names of workers.
PRELOAD = "preserve_worker_hostnames.py"

# A root is replaced at a start of a server when a fifth of its life is left, so that no server that runs sees its root end. We chose a fifth.
SPARE = 5

# Seconds between two looks at the objects of a server that runs. We chose ten minutes: many login providers let an access token live for an
# hour, and it is renewed when half of that is over.
LOOK_SECONDS = 600

# Servers whose objects are written together. When all users of a course start at once, the hub has pages to serve besides. We chose five,
# with which fifty starts take no longer than with all at once.
AT_ONCE = 5


class DaskIngress:
    """Certificates, Service and routes of every user's Dask."""

    def __init__(self, settings: Settings, further_files: Sequence[FurtherFiles] = ()):
        self.dask, self.tokens = settings.dask, settings.tokens
        self.further_files = (UserTokens(settings.tokens).files, *further_files)
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._next_look: dict[str, float] = {}
        self._looks: set[asyncio.Task] = set()

    async def pre_spawn(self, spawner) -> None:
        """Writes everything before the pod exists, so that the pod finds its Secret and Traefik has the routes when the server is ready.

        Until there is a pod, the user's root owns what is written."""
        cluster, names = Cluster(spawner.namespace), names_of(spawner, self.dask)
        try:
            await find_home(spawner, cluster)
            async with self._turns[names.server], self._at_once:
                await self._write(spawner, cluster, names, starts=True)
        except asyncio.TimeoutError as error:
            raise HTTPError(503, str(error), reason="The cluster does not answer at the moment. Try again in a minute.") from error
        self._mount(spawner, names)

    async def after_pod_created(self, spawner, pod: dict) -> None:
        """Makes the pod the owner of everything, so that it goes with the pod, whoever deletes that and even while no hub runs."""
        cluster, names = Cluster(spawner.namespace), names_of(spawner, self.dask)
        async with self._turns[names.server], self._at_once:
            await self._write(spawner, cluster, names, owner_of("v1", "Pod", pod["metadata"]))
        self._next_look[names.server] = _soon(LOOK_SECONDS)

    async def post_stop(self, spawner) -> None:
        """Deletes what belongs to the server; a failure leaves the other objects to their own fate. The root and the home stay."""
        cluster, names = Cluster(spawner.namespace), names_of(spawner, self.dask)
        self._next_look.pop(names.server, None)
        async with self._turns[names.server]:
            objects = addressed(names)
            done = await asyncio.gather(*map(cluster.delete, objects), return_exceptions=True)
        for each, failure in zip(objects, done):
            if isinstance(failure, Exception):
                spawner.log.error(
                    "%s %s is left, and goes when the pod is gone: %s", each["kind"], each["metadata"]["name"], _first_line(failure)
                )

    def look_after(self, spawner, pod: dict) -> None:
        """Renews the certificates of a server that runs when they are half through their life, and writes anew what somebody has deleted.

        It returns at once; what it starts does not hold up the hub."""
        server = names_of(spawner, self.dask).server
        if time.monotonic() < self._next_look.get(server, 0):
            return
        self._next_look[server] = _soon(LOOK_SECONDS)
        look = asyncio.create_task(self._look(spawner, owner_of("v1", "Pod", pod["metadata"])))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def forget(self, spawner) -> None:
        """Deletes the root of a user who is deleted."""
        names = names_of(spawner, self.dask)
        await Cluster(spawner.namespace).delete({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": names.root}})

    async def _look(self, spawner, owner: dict) -> None:
        cluster, names = Cluster(spawner.namespace), names_of(spawner, self.dask)
        try:
            async with self._turns[names.server], self._at_once:
                # A server that was stopped meanwhile has no next look.
                if names.server in self._next_look:
                    await self._write(spawner, cluster, names, owner)
        except Exception as error:
            spawner.log.error("%s: its certificates and routes are as they were: %s", spawner._log_name, _first_line(error))
            if names.server in self._next_look:
                self._next_look[names.server] = _soon(LOOK_SECONDS / 10)

    async def _write(self, spawner, cluster: Cluster, names: Names, owner: dict | None = None, starts: bool = False) -> None:
        root, root_metadata = await self._root(spawner, cluster, names, starts)
        files = await self._files(spawner, cluster, names, root)
        objects = server_objects(spawner, names, self.dask, files, owner or owner_of("v1", "Secret", root_metadata))
        await asyncio.gather(*map(cluster.apply, objects))

    async def _root(self, spawner, cluster: Cluster, names: Names, starts: bool) -> tuple[Root, dict]:
        """The user's root: the one of the cluster while it lasts, else a new one."""
        least = timedelta(days=self.dask.certificates.rootDays) / SPARE if starts else timedelta(0)
        for _ in range(2):
            found = await cluster.secret(names.root)
            if found:
                metadata, files = found
                try:
                    root = Root.load(files.get("ca.pem", b""), files.get("ca.key", b""))
                except ValueError as error:
                    raise ValueError(f"Secret {names.namespace}/{names.root} is not a user's root: {error}; delete it") from error
                if root.left() > least:
                    return root, metadata
                await cluster.delete({"apiVersion": "v1", "kind": "Secret", "metadata": metadata}, metadata["uid"])
            # Another server of the user may start too, and the root that is there first is the root of both.
            new = new_root(names.root.removeprefix("daskroot-"), self.dask.certificates.rootDays)
            await cluster.create_secret(root_secret(spawner, names, new))
        metadata, files = await cluster.secret(names.root) or ({}, {})
        return Root.load(files["ca.pem"], files["ca.key"]), metadata

    async def _files(self, spawner, cluster: Cluster, names: Names, root: Root) -> dict[str, str]:
        """The files of the user's Secret: those of the cluster while they are good, else new ones."""
        _, present = await cluster.secret(names.server) or ({}, {})
        files = {"ca.pem": root.pem, PRELOAD: Path(__file__).with_name(PRELOAD).read_text()}
        for file, (common_name, dns_names) in self._leaves(names).items():
            pem = present.get(file, b"")
            good = is_good(pem, root, dns_names)
            files[file] = pem.decode() if good else new_leaf(root, common_name, dns_names, self.dask.certificates.leafDays)
        for further in self.further_files:
            files.update(await further(spawner, present))
        return files

    def _leaves(self, names: Names) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Name and DNS names of each certificate, by its file. The files have the names at which the images of CMS look
        (https://github.com/CoffeaTeam/coffea-casa/blob/master/docker/dask/dask_tls.yaml)."""
        return {
            "hostcert.pem": ("Dask scheduler", names.dns_names(names.scheduler)),
            "workercert.pem": ("Dask worker", names.dns_names(names.worker)),
            "usercert.pem": ("Dask client", ()),
        }

    def _mount(self, spawner, names: Names) -> None:
        """Gives the pod the Secret and the variables by which Dask finds it (https://docs.dask.org/en/stable/configuration.html).

        The whole folder is mounted, without subPath, so that the kubelet replaces a renewed file in a pod that runs. The files belong to
        root and to the group of the pod, which may read them: the kubelet adds that right to 0400 where a pod has an fsGroup
        (https://kubernetes.io/docs/concepts/configuration/secret/#secret-files-permissions)."""
        folder = self.dask.certificates.mountPath
        of_role = {"SCHEDULER": "hostcert.pem", "WORKER": "workercert.pem", "CLIENT": "usercert.pem"}
        tls = {f"{role}__{part}": f"{folder}/{file}" for role, file in of_role.items() for part in ("CERT", "KEY")}
        secret = {"secretName": names.server, "defaultMode": 0o400}
        # Copies of tokens are kept in memory, and small.
        copies, memory = self.tokens.mountPath, {"medium": "Memory", "sizeLimit": "1Mi"}
        spawner.volumes = {
            **spawner.volumes,
            VOLUME: {"name": VOLUME, "secret": secret},
            COPIES: {"name": COPIES, "emptyDir": memory},
        }
        spawner.volume_mounts = {
            **spawner.volume_mounts,
            VOLUME: {"name": VOLUME, "mountPath": folder, "readOnly": True},
            COPIES: {"name": COPIES, "mountPath": copies},
        }
        copier = {"exec": {"command": ["sh", f"{folder}/{COPIER}", folder, copies]}}
        spawner.lifecycle_hooks = {**spawner.lifecycle_hooks, "postStart": copier}
        spawner.environment = {
            **spawner.environment,
            "CERT_DIR": folder,
            "BEARER_TOKEN_FILE": f"{copies}/{LOGIN}",
            "_CONDOR_SEC_TOKEN_DIRECTORY": f"{copies}/tokens.d",
            "HOST_IP": names.scheduler,
            "WORKER_IP": names.worker,
            "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
            "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": f"{folder}/ca.pem",
            "DASK_DISTRIBUTED__SCHEDULER__PRELOAD": f"{folder}/{PRELOAD}",
            **{f"DASK_DISTRIBUTED__COMM__TLS__{key}": path for key, path in tls.items()},
        }


def _soon(seconds: float) -> float:
    """A moment of the monotonic clock, some way off, so that servers that started together are not looked at together."""
    return time.monotonic() + seconds * random.uniform(0.8, 1.2)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
