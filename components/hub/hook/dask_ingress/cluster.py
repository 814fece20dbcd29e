"""The few calls of the API server that the hook makes. An API server that is gone for some seconds costs a retry."""

import asyncio
from base64 import b64decode
from contextlib import suppress

import aiohttp
from jupyterhub.utils import exponential_backoff
from kubernetes_asyncio.client import ApiException
from kubespawner.clients import shared_client

FIELD_MANAGER = "jupyterhub-dask-ingress"

# Seconds that one request may take; KubeSpawner gives its own three (k8s_api_request_timeout), and we chose two more for a busy server.
ATTEMPT_SECONDS = 5

# Seconds within which a call is tried again; we chose twice KubeSpawner's own (k8s_api_request_retry_timeout).
RETRY_SECONDS = 60

# Answers that pass: the server or what is before it is overloaded or starts
# (https://kubernetes.io/docs/reference/using-api/api-concepts/#retry-after).
PASSING = {429, 500, 502, 503, 504}

CONFLICT, MISSING = 409, 404


async def unless_gone(call):
    """Awaits a call. None if the API server cannot be reached, or says that it cannot answer at the moment; else the answer in a tuple."""
    try:
        return (await call,)
    except (aiohttp.ClientError, ConnectionError):
        return None
    except ApiException as error:
        if error.status in PASSING:
            return None
        raise


async def _attempt(request):
    try:
        return await unless_gone(asyncio.wait_for(request(), ATTEMPT_SECONDS))
    except asyncio.TimeoutError:
        return None


async def patiently(request, what: str):
    """Sends a request until it is answered. Raises TimeoutError after RETRY_SECONDS, and ApiException if the answer is a refusal."""
    message = f"{what}: the API server has not answered for {RETRY_SECONDS} s"
    (answer,) = await exponential_backoff(lambda: _attempt(request), message, timeout=RETRY_SECONDS)
    return answer


class Cluster:
    """The objects of one namespace. It uses the connections of KubeSpawner itself."""

    def __init__(self, namespace: str):
        self.namespace = namespace
        self.core = shared_client("CoreV1Api")
        self.custom = shared_client("CustomObjectsApi")

    async def apply(self, manifest: dict) -> None:
        """Writes an object, or what has changed of it, by server-side apply: the same manifest twice is one object."""
        name = manifest["metadata"]["name"]
        options = {"field_manager": FIELD_MANAGER, "force": True, "_content_type": "application/apply-patch+yaml"}
        call = self._call("patch", manifest)
        await patiently(lambda: call(name, body=manifest, **options), f"apply {manifest['kind']} {name}")

    async def delete(self, manifest: dict, uid: str | None = None) -> None:
        """Deletes an object, if it is there; with a uid only that one."""
        name = manifest["metadata"]["name"]
        call = self._call("delete", manifest)
        body = {"body": {"preconditions": {"uid": uid}}} if uid else {}
        with suppress_status(MISSING, CONFLICT if uid else MISSING):
            await patiently(lambda: call(name, **body), f"delete {manifest['kind']} {name}")

    async def create_secret(self, manifest: dict) -> None:
        """Creates a Secret unless there is one of the name."""
        request = lambda: self.core.create_namespaced_secret(self.namespace, manifest)  # noqa: E731
        with suppress_status(CONFLICT):
            await patiently(request, f"create Secret {manifest['metadata']['name']}")

    async def secret(self, name: str):
        """The metadata of a Secret and its files; None if there is none."""
        with suppress_status(MISSING):
            read = await patiently(lambda: self.core.read_namespaced_secret(name, self.namespace), f"read Secret {name}")
            metadata = {"name": name, "uid": read.metadata.uid}
            return metadata, {key: b64decode(text) for key, text in (read.data or {}).items()}
        return None

    async def has_claim(self, name: str) -> bool:
        """Whether there is a claim of the name that nobody deletes."""
        with suppress_status(MISSING):
            request = lambda: self.core.read_namespaced_persistent_volume_claim(name, self.namespace)  # noqa: E731
            claim = await patiently(request, f"read claim {name}")
            return claim.metadata.deletion_timestamp is None
        return False

    def _call(self, verb: str, manifest: dict):
        """The client's function for a verb and a kind, which takes the name and more."""
        namespace, kind = self.namespace, manifest["kind"]
        if manifest["apiVersion"] == "v1":
            function = getattr(self.core, f"{verb}_namespaced_{kind.lower()}")
            return lambda name, **more: function(name, namespace, **more)
        group, version = manifest["apiVersion"].split("/")
        function = getattr(self.custom, f"{verb}_namespaced_custom_object")
        return lambda name, **more: function(group, version, namespace, f"{kind.lower()}s", name, **more)


class suppress_status(suppress):
    """Takes an answer of the API server with one of these statuses for none."""

    def __init__(self, *statuses: int):
        super().__init__(ApiException)
        self.statuses = statuses

    def __exit__(self, kind, error, trace):
        return isinstance(error, ApiException) and error.status in self.statuses
