"""What the hook gives the pods of two users: the files of each Secret, and the environment of each pod."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

given = json.load(sys.stdin)
sys.path.insert(0, given["hook"])

from dask_ingress.certificates import new_leaf, new_root  # noqa: E402
from dask_ingress.ingress import PRELOAD, DaskIngress  # noqa: E402
from dask_ingress.manifests import Names  # noqa: E402
from dask_ingress.settings import parse  # noqa: E402


def pod(user):
    ingress = DaskIngress(parse(given["settings"]))
    dask = ingress.dask
    names = Names(
        namespace="hub", root=f"daskroot-{user}", server=f"dask-{user}", scheduler=f"{user}.{dask.scheduler.domain}", worker=f"{user}.{dask.worker.domain}"
    )
    spawner = SimpleNamespace(volumes={}, volume_mounts={}, environment={}, lifecycle_hooks={})
    ingress._mount(spawner, names)
    root = new_root(user, dask.certificates.rootDays)
    leaves = {file: new_leaf(root, *leaf, dask.certificates.leafDays) for file, leaf in ingress._leaves(names).items()}
    preload = (Path(given["hook"]) / "dask_ingress" / PRELOAD).read_text()
    return {"files": {"ca.pem": root.pem, PRELOAD: preload, **leaves}, "environment": spawner.environment, "folder": dask.certificates.mountPath}


print(json.dumps([pod(user) for user in given["users"]]))
