"""Reads subjects from standard input, and prints what is wrong with the configuration of each and the pods that KubeSpawner makes of it."""

import asyncio
import json
import sys
from types import SimpleNamespace

from hub_config import differences, from_chart, from_table
from jupyterhub.app import JupyterHub
from jupyterhub.crypto import CryptKeeper
from kubernetes_asyncio.client import ApiClient
from strict import problems_of


async def pods_of(config, hub, profiles, groups):
    spawners = {}
    for profile in profiles:
        spawner = hub.spawner_class(config=config, _mock=True)
        spawner.user.groups = groups
        offered = spawner.profile_list(spawner) if callable(spawner.profile_list) else spawner.profile_list
        listed = spawner._get_initialized_profile_list(offered)
        slugs = {each["display_name"]: each["slug"] for each in listed}
        assert len(set(slugs.values())) == len(listed), f"profiles with the same slug: {slugs}"
        spawner.user_options = {"profile": slugs[profile["display_name"]]}
        await spawner.load_user_options()
        spawners[profile["display_name"]] = {
            "pod": ApiClient().sanitize_for_serialization(await spawner.get_pod_manifest()),
            "claim": ApiClient().sanitize_for_serialization(spawner.get_pvc_manifest()),
        }
    return spawners


def _groups(values):
    """All groups to which a profile is offered."""
    sizes = values.get("custom", {}).get("users", {}).get("profiles", {}).values()
    return [SimpleNamespace(name=group) for size in sizes for group in size.get("groups", [])]


async def read(subject):
    values, chart = subject["values"], subject.get("chart")
    try:
        config = from_table(values)
        problems = differences(config, from_chart(chart, values)) if chart else []
        hub = JupyterHub(config=config)
        authenticator = hub.authenticator_class
        problems += problems_of(config, [JupyterHub, authenticator, hub.spawner_class, hub.proxy_class, CryptKeeper])
        authenticator(config=config)
        return {"problems": problems, "servers": await pods_of(config, hub, values["singleuser"]["profileList"], _groups(values))}
    except Exception as error:
        return {"problems": [f"{type(error).__name__}: {error}"], "servers": {}}


async def main():
    print(json.dumps([await read(subject) for subject in json.load(sys.stdin)]))


asyncio.run(main())
