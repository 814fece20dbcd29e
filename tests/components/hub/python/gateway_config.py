"""Dask Gateway's configuration as its chart makes it of values: rendered by Helm, or by the table below."""

import importlib
import sys
import types

from traitlets.config import Config

# Values that the chart copies as they are (https://github.com/dask/dask-gateway/blob/2026.3.0/resources/helm/dask-gateway/templates/gateway/configmap.yaml).
COPIED = {
    "scheduler.cores.request": "scheduler_cores",
    "scheduler.cores.limit": "scheduler_cores_limit",
    "scheduler.memory.request": "scheduler_memory",
    "scheduler.memory.limit": "scheduler_memory_limit",
    "worker.cores.request": "worker_cores",
    "worker.cores.limit": "worker_cores_limit",
    "worker.memory.request": "worker_memory",
    "worker.memory.limit": "worker_memory_limit",
    "scheduler.extraContainerConfig": "scheduler_extra_container_config",
    "worker.extraContainerConfig": "worker_extra_container_config",
}


def config_of(values, rendered=None):
    """The configuration of a release `dask-gateway`. A site's own backend is played by the backend for Kubernetes where it is not installed."""
    c = Config()
    own = values["gateway"]["extraConfig"]
    for line in "\n".join(own.values()).splitlines():
        if line.startswith("from ") and line.endswith(" as Backend"):
            _play(*line.split()[1:4:2])
    if rendered is not None:
        exec(rendered, {"c": c, "__file__": "dask_gateway_config.py"})
        return c
    gateway = values["gateway"]
    c.DaskGateway.address = ":8000"
    c.KubeBackend.gateway_instance = "dask-gateway"
    c.DaskGateway.authenticator_class = "dask_gateway_server.auth.JupyterHubAuthenticator"
    c.JupyterHubAuthenticator.jupyterhub_api_url = gateway["auth"]["jupyterhub"]["apiUrl"]
    image = gateway["backend"]["image"]
    c.KubeClusterConfig.image = f"{image['name']}:{image['tag']}"
    for path, trait in COPIED.items():
        value = gateway["backend"]
        for key in path.split("."):
            value = value[key]
        c.KubeClusterConfig[trait] = value
    # The chart has an empty mapping of its own, so it sets this one always.
    c.KubeClusterConfig.environment = gateway["backend"].get("environment", {})
    for _, code in sorted(own.items()):
        exec(code, {"c": c})
    return c


def _play(module, name):
    try:
        importlib.import_module(module)
    except ImportError:
        from dask_gateway_server.backends.kubernetes import KubeBackend

        *packages, _ = module.split(".")
        for length in range(1, len(packages) + 1):
            sys.modules.setdefault(".".join(packages[:length]), types.ModuleType(packages[length - 1]))
        sys.modules[module] = types.ModuleType(module)
        setattr(sys.modules[module], name, type(name, (KubeBackend,), {}))
