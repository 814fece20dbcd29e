"""The Dask ingress of users: certificates of their own, a Service and routes by SNI, made when a server starts and gone when it stops.

It runs in the hub's own process, and imports only what the hub's image of the chart holds."""

from collections.abc import Sequence

from .ingress import DaskIngress, FurtherFiles
from .settings import parse
from .spawner import IngressSpawner


def install(c, given, further_files: Sequence[FurtherFiles] = ()) -> None:
    """Adds the ingress to the hub's configuration.

    given is the values' key custom.af; each function of further_files adds files to the Secret of a user's pod. Raises SettingsError with
    everything that is wrong with custom.af."""
    ingress = DaskIngress(parse(given), further_files)

    # Functions, because traitlets copies what it finds in a configuration, and would copy the object of a method with it.
    async def pre_spawn(spawner):
        await ingress.pre_spawn(spawner)

    async def after_pod_created(spawner, pod):
        await ingress.after_pod_created(spawner, pod)

    async def post_stop(spawner):
        await ingress.post_stop(spawner)

    IngressSpawner.ingress = ingress
    c.JupyterHub.spawner_class = IngressSpawner
    c.KubeSpawner.pre_spawn_hook = pre_spawn
    c.KubeSpawner.after_pod_created_hook = after_pod_created
    c.KubeSpawner.post_stop_hook = post_stop
