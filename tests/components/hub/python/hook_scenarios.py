"""Runs the hook with the real KubeSpawner before the API server of KUBECONFIG: one scenario, and prints what came of it."""

import asyncio
import json
import sys
import time
from datetime import timedelta

from hook_spawner import LOG, spawners
from kubernetes_asyncio.client import ApiClient

given = json.load(sys.stdin)
spawner_of = spawners(given["values"], given["namespace"])

import dask_ingress.certificates as certificates  # noqa: E402
from dask_ingress.manifests import names_of, server_objects  # noqa: E402


async def until(condition, what):
    for _ in range(300):
        if condition():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(what)


async def started(spawner):
    """Starts a server as far as a cluster without hosts can: its pod exists, and belongs to nobody's host."""
    created = asyncio.Event()
    hook = spawner.after_pod_created_hook

    async def after_pod_created(spawner, pod):
        await hook(spawner, pod)
        created.set()

    spawner.after_pod_created_hook = after_pod_created
    await spawner.run_pre_spawn_hook()
    start = asyncio.ensure_future(spawner.start())
    waiting = asyncio.ensure_future(created.wait())
    await asyncio.wait([start, waiting], return_when=asyncio.FIRST_COMPLETED)
    if start.done():
        start.result()
    spawner.after_pod_created_hook = hook
    return start


async def stopped(spawner, start):
    start.cancel()
    await spawner.stop(now=True)
    await spawner.run_post_stop_hook()


async def names():
    """Names, selector and the labels of the very pod, for users and their servers."""
    told = []
    for name, server in given["users"]:
        spawner = spawner_of(name, server)
        dask = spawner.ingress.dask
        pod = ApiClient().sanitize_for_serialization(await spawner.get_pod_manifest())
        all_names = names_of(spawner, dask)
        objects = server_objects(spawner, all_names, dask, {"ca.pem": "x"}, {"name": "x", "uid": "x"})
        told.append({"names": vars(all_names), "labels": pod["metadata"]["labels"], "pod": pod["metadata"]["name"], "objects": objects})
    return told


async def many():
    """Names alone, for many users: one spawner whose user changes."""
    spawner = spawner_of("a")
    told = []
    for name in given["users"]:
        spawner.user.name = name
        all_names = names_of(spawner, spawner.ingress.dask)
        labels = spawner._build_pod_labels({})
        told.append([*vars(all_names).values(), all_names.route("scheduler"), *(labels[each] for each in given["labels"])])
    return told


async def start():
    """Starts servers, and leaves them."""
    spawners = [spawner_of(*user) for user in given["users"]]
    began = time.monotonic()
    await asyncio.gather(*map(started, spawners))
    pods = [ApiClient().sanitize_for_serialization(await each.get_pod_manifest()) for each in spawners]
    return {"seconds": time.monotonic() - began, "claims": [each.pvc_name for each in spawners], "pods": pods, "log": LOG}


async def stop():
    """Stops servers that another process has started, as a hub does that was started anew."""
    for user in given["users"]:
        spawner = spawner_of(*user)
        await spawner.stop(now=True)
        await spawner.run_post_stop_hook()
        assert spawner.pod_reflector.watch_task, "nobody follows the pods"
    return {"log": LOG}


async def whole():
    """A server's whole life, and the end of its user."""
    spawner = spawner_of(*given["users"][0])
    start = await started(spawner)
    await stopped(spawner, start)
    await spawner.delete_forever()
    return {"log": LOG}


async def prepare():
    """Only what happens before a pod, for each user, on some day."""
    moved = certificates.now
    certificates.now = lambda: moved() + timedelta(days=given.get("days", 0))
    spawners = [spawner_of(*user) for user in given["users"]]
    began = time.monotonic()
    await asyncio.gather(*(each.run_pre_spawn_hook() for each in spawners))
    return {"seconds": time.monotonic() - began, "claims": [each.pvc_name for each in spawners], "log": LOG}


async def polled():
    """Polls a server that another process has started, some days later, until what it has begun has ended."""
    moved = certificates.now
    certificates.now = lambda: moved() + timedelta(days=given.get("days", 0))
    for user in given["users"]:
        spawner = spawner_of(*user)
        await spawner.poll()
        await until(lambda: not spawner.ingress._looks, "the look has ended")
    return {"log": LOG}


async def main():
    scenarios = {"names": names, "many": many, "start": start, "stop": stop, "whole": whole, "prepare": prepare, "polled": polled}
    try:
        answer = await scenarios[given["scenario"]]()
    except Exception as error:
        answer = {"failed": f"{type(error).__name__}: {error}"[:2000], "log": LOG}
    print(json.dumps(answer))


asyncio.run(main())
