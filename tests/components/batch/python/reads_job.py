"""Makes the job of a worker with the class that an image uses, from the environment of a user server, and lets HTCondor's own parser read it."""

import glob
import json
import os
import re
import sys
import tempfile

given = json.load(sys.stdin)
# KubeSpawner replaces names in braces so: https://github.com/jupyterhub/kubespawner/blob/7.0.0/kubespawner/spawner.py, _expand_user_properties
os.environ.update({name: text.format(username="alice") for name, text in given["environment"].items()})
os.environ["HOME"] = os.environ["DASK_CONFIG"] = tempfile.mkdtemp()

import dask.config  # noqa: E402
import htcondor2  # noqa: E402
import yaml  # noqa: E402

# The image has the file of the package in the folder that DASK_ROOT_CONFIG names, below what the environment says.
import coffea_casa  # noqa: E402

with open(os.path.join(os.path.dirname(coffea_casa.__file__), "jobqueue-coffea-casa.yaml")) as file:
    dask.config.update(dask.config.config, yaml.safe_load(file), priority="old")

from coffea_casa.coffea_casa import CoffeaCasaCluster, CoffeaCasaJob  # noqa: E402
from dask_jobqueue.htcondor import HTCondorJob  # noqa: E402

if given["workers"] == "docker":
    arguments = CoffeaCasaCluster._modify_job_kwargs({})
    arguments = {key: arguments[key] for key in ("protocol", "job_extra_directives")}
    job = CoffeaCasaJob("tls://alice.example.edu:8786", name="worker", **arguments)
else:
    job = HTCondorJob("tls://alice.example.edu:8786", name="worker", cores=1, memory="1GB", disk="1GB")
script = job.job_script() + given.get("more", "")
submit = htcondor2.Submit(script.replace("\nQueue\n", "\n") + "\nQueue\n")

[path] = glob.glob(os.path.join(os.path.dirname(htcondor2.__file__), "..", "htcondor.libs", "libcondor_utils*"))
with open(path, "rb") as file:
    words = file.read().lower()


def known(command):
    """Whether condor_submit knows a command: by its tables, as an attribute of the job, as a service's port or as a macro of the file."""
    services = submit.get("container_service_names", "").split(",")
    own = re.search(rf"\$\({re.escape(command)}\)", script)
    ports = {f"{service}_container_port" for service in services}
    # The linker keeps a word that another one ends with as the end of that.
    return f"{command.lower()}\0".encode() in words or command.startswith(("MY.", "+")) or command in ports or bool(own)


print(json.dumps({
    "command": job.submit_command,
    "value": {key: submit.expand(key) if submit[key] else "" for key in submit.keys()},
    "unknown": [key for key in submit.keys() if not known(key)],
}))
