"""Spawners as the hub makes them of a site's values, each for a user and a server, without a hub."""

import logging
from types import SimpleNamespace

from hub_config import from_table

# What the spawners have said.
LOG = []


class Said(logging.Handler):
    def emit(self, record):
        LOG.append(record.getMessage())


async def no_auth_state():
    return None


def spawners(values, namespace):
    """A function that makes the spawner of a user's server. The hook's package can be imported after that."""
    config = from_table(values)
    config.KubeSpawner.namespace = namespace
    config.KubeSpawner.start_timeout = 60
    logging.basicConfig(level=logging.WARNING)

    from dask_ingress import IngressSpawner

    def spawner_of(name, server=""):
        user = SimpleNamespace(name=name, id=1, url=f"/user/{name}/", get_auth_state=no_auth_state)
        hub = SimpleNamespace(public_host="", url="http://hub:8081/hub/", base_url="/hub/", api_url="http://hub:8081/hub/api")
        spawner = IngressSpawner(config=config, _mock=True, user=user, hub=hub, orm_spawner=SimpleNamespace(name=server, server=None))
        spawner.log.addHandler(Said())
        return spawner

    return spawner_of
