"""Reads subjects from standard input, and prints what is wrong with the configuration of each and what it makes of clusters."""

import asyncio
import json
import sys
from collections import defaultdict
from types import SimpleNamespace

from dask_gateway_server.app import DaskGateway
from dask_gateway_server.backends.base import PublicException
from gateway_config import config_of
from strict import problems_of


async def clusters_of(backend):
    """Asks for clusters, four at once, as two users; only the API server is ours, which lists a cluster a moment after it has taken it."""
    objects, backend.clusters, backend.username_to_clusters = {}, {}, defaultdict(dict)
    backend.informer, backend.cluster_waiters = objects, defaultdict(lambda: SimpleNamespace(set=lambda: None))

    async def create(group, version, namespace, plural, made):
        made["metadata"].update(namespace=namespace, creationTimestamp="2026-01-01T00:00:00Z")
        name = backend.get_cluster_name(made)
        objects[name] = made

        async def listed():
            await asyncio.sleep(0.2)
            await backend.sync_cluster(name)

        tasks.append(asyncio.ensure_future(listed()))

    tasks, backend.custom_client = [], SimpleNamespace(create_namespaced_custom_object=create)
    wanted = [backend.start_cluster(SimpleNamespace(name=name), {}) for name in ["a", "b"] for _ in range(4)]
    answers = await asyncio.gather(*wanted, return_exceptions=True)
    refusals = [answer for answer in answers if not isinstance(answer, str)]
    for refusal in refusals:
        if not isinstance(refusal, PublicException) or not objects:
            raise refusal
    return {
        "taken": len(answers) - len(refusals),
        "refusals": sorted({str(refusal) for refusal in refusals}),
        "config": next(iter(objects.values()))["spec"]["config"],
    }


async def read(subject):
    try:
        config = config_of(subject["values"], subject.get("rendered"))
        gateway = DaskGateway(config=config)
        backend = gateway.backend_class(parent=gateway, config=config)
        classes = [DaskGateway, gateway.authenticator_class, gateway.backend_class, backend.cluster_config_class]
        return {"problems": problems_of(config, classes), **(await clusters_of(backend))}
    except Exception as error:
        return {"problems": [f"{type(error).__name__}: {error}"]}


async def main():
    print(json.dumps([await read(subject) for subject in json.load(sys.stdin)]))


asyncio.run(main())
