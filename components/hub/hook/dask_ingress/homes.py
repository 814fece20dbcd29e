"""Finds the home of a user who had one before KubeSpawner named claims as it does now."""

from .cluster import Cluster


async def find_home(spawner, cluster: Cluster) -> None:
    """Makes the spawner mount the claim of the older name, where there is one and none of today's name.

    KubeSpawner looks for the older name only if its database remembers the user from an older version
    (https://github.com/jupyterhub/kubespawner/blob/7.0.0/kubespawner/spawner.py, _start); with a new database it makes a new, empty home."""
    if spawner._pvc_exists or not spawner.storage_pvc_ensure:
        return
    older = spawner._expand_user_properties(spawner.pvc_name_template, slug_scheme="escape")
    if older == spawner.pvc_name or not await cluster.has_claim(older):
        return
    if await cluster.has_claim(spawner.pvc_name):
        spawner.log.warning(
            "%s has two homes; %s is mounted. To mount %s in its place, stop the server and delete the first if nothing is in it",
            *(spawner._log_name, spawner.pvc_name, older),
        )
        return
    spawner.log.info("%s: the home is the claim %s", spawner._log_name, older)
    spawner.pvc_name = older
