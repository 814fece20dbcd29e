"""The Dask worker beside a notebook: what runs there has to find data, certificates and tokens as the notebook does."""

# Name of the container, which components/hub/pod-worker.ts describes.
NAME = "dask-worker"

# Variables that speak of the notebook's own container, or of its place in the hub; the hub's token is among them
# (https://github.com/jupyterhub/jupyterhub/blob/5.5.0/jupyterhub/spawner.py, get_env).
OWN = ("JUPYTERHUB_", "JPY_", "JUPYTER_", "CPU_", "MEM_")


def equip(pod, home: str):
    """Gives the worker the environment and the mounts of the notebook, but neither the hub's token nor the home.

    Workers in the batch pool have no home either, and a task must not depend on the worker that gets it. home is the name of the home's claim."""
    notebook, *others = pod.spec.containers
    homes = {volume.name for volume in pod.spec.volumes or [] if _claim(volume) == home}
    for container in others:
        if container.name != NAME:
            continue
        container.env = [each for each in notebook.env if not each.name.startswith(OWN)]
        container.volume_mounts = [each for each in notebook.volume_mounts if each.name not in homes]
    return pod


def _claim(volume) -> str | None:
    """The claim of a volume, whose source KubeSpawner keeps as it was given, as a mapping or as a model."""
    source = volume.persistent_volume_claim
    return source.get("claimName") if isinstance(source, dict) else getattr(source, "claim_name", None)
