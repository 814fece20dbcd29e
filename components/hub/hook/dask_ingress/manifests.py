"""The names and the objects of one server. Every name is KubeSpawner's own expansion; nothing here shortens or escapes a name."""

from base64 import b64encode
from dataclasses import dataclass

from .settings import Dask, Listener

ROUTES = {"apiVersion": "traefik.io/v1alpha1", "kind": "IngressRouteTCP"}

# Labels of a user's pod that KubeSpawner sets itself, and that together belong to one server
# (https://github.com/jupyterhub/kubespawner/blob/7.0.0/kubespawner/spawner.py, _build_pod_labels).
SELECTED = ("component", "hub.jupyter.org/username", "hub.jupyter.org/servername")

# A label of a DNS name has at most 63 characters (https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4).
LONGEST_LABEL = 63


@dataclass(frozen=True)
class Names:
    """Names of what belongs to a user, and to one server of the user."""

    namespace: str
    root: str
    """Secret with the user's root. No name of a server begins like it."""
    server: str
    """Secret and Service of the server."""
    scheduler: str
    """Public host name of the server's scheduler."""
    worker: str
    """Public host name of the worker in the server's pod."""

    def route(self, role: str) -> str:
        return f"{self.server}-{role}"

    def dns_names(self, public: str) -> tuple[str, ...]:
        """All names by which a program in the pod is called."""
        service = self.server
        return (public, service, f"{service}.{self.namespace}", f"{service}.{self.namespace}.svc", "localhost")


def names_of(spawner, dask: Dask) -> Names:
    """Names as the spawner expands them. They are valid and distinct for every user, whatever the scheme of the pod's own name is."""
    user, server = (spawner._expand_user_properties(template) for template in ("{safe_username}", "{safe_user_server}"))
    names = Names(
        namespace=spawner.namespace,
        root=f"daskroot-{user}",
        server=f"dask-{server}",
        scheduler=f"{server}.{dask.scheduler.domain}",
        worker=f"{server}.{dask.worker.domain}",
    )
    for name in (names.root, names.route("scheduler"), server):
        if len(name) > LONGEST_LABEL:
            raise ValueError(f"{name}: {len(name)} characters; allowed: {LONGEST_LABEL}")
    return names


def root_secret(spawner, names: Names, root) -> dict:
    """The Secret with a user's root. Nothing mounts it. It is never changed, only replaced as a whole."""
    data = {"ca.pem": root.pem, "ca.key": root.key_pem}
    return {**_object(spawner, names, "v1", "Secret", names.root), "type": "Opaque", "immutable": True, "data": _encoded(data)}


def server_objects(spawner, names: Names, dask: Dask, files: dict[str, str], owner: dict) -> list[dict]:
    """All objects of a server: the Secret that its pod mounts, the Service of its two programs and a route to each."""
    listeners = {"scheduler": (dask.scheduler, names.scheduler), "worker": (dask.worker, names.worker)}
    secret = {**_object(spawner, names, "v1", "Secret", names.server, owner), "type": "Opaque", "data": _encoded(files)}
    labels = spawner._build_pod_labels(spawner._expand_all(spawner.extra_labels))
    service = {
        **_object(spawner, names, "v1", "Service", names.server, owner),
        "spec": {
            "type": "ClusterIP",
            "selector": {each: labels[each] for each in SELECTED},
            "ports": [_port(role, listener) for role, (listener, _) in listeners.items()],
            # A pod is not ready while one of its containers starts anew, and its scheduler has to be reachable all the same.
            "publishNotReadyAddresses": True,
        },
    }
    routes = [_route(spawner, names, role, *listener, owner) for role, listener in listeners.items()]
    return [secret, service, *routes]


def addressed(names: Names) -> list[dict]:
    """The same objects with nothing but what addresses them, in the order in which they are taken away: traffic first, keys last."""
    routes = [{**ROUTES, "metadata": {"name": names.route(role)}} for role in ("scheduler", "worker")]
    return routes + [{"apiVersion": "v1", "kind": kind, "metadata": {"name": names.server}} for kind in ("Service", "Secret")]


def owner_of(api_version: str, kind: str, metadata: dict) -> dict:
    """A reference with which the garbage collector removes an object after its owner."""
    return {"apiVersion": api_version, "kind": kind, "name": metadata["name"], "uid": metadata["uid"]}


def _object(spawner, names, api_version, kind, name, owner=None) -> dict:
    metadata = {
        "name": name,
        "namespace": names.namespace,
        "labels": spawner._build_common_labels({"component": "dask-ingress"}),
        "annotations": spawner._build_common_annotations({}),
        **({"ownerReferences": [owner]} if owner else {}),
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata}


def _port(role: str, listener: Listener) -> dict:
    return {"name": f"dask-{role}", "port": listener.port, "targetPort": listener.port, "protocol": "TCP"}


def _route(spawner, names, role, listener: Listener, host: str, owner: dict) -> dict:
    """One entry point leads to one program: the port that a client dials decides, together with the name that it asks for."""
    service = {"name": names.server, "port": listener.port}
    return {
        **_object(spawner, names, ROUTES["apiVersion"], ROUTES["kind"], names.route(role), owner),
        "spec": {
            "entryPoints": [listener.entryPoint],
            "routes": [{"match": f"HostSNI(`{host}`)", "services": [service]}],
            "tls": {"passthrough": True},
        },
    }


def _encoded(texts: dict[str, str]) -> dict[str, str]:
    return {name: b64encode(text.encode()).decode() for name, text in texts.items()}
