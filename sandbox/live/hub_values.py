"""The hub's configuration as Zero to JupyterHub makes it of the values that this project sends, where the chart's own file is not at hand."""

import atexit
import copy
import os
import shutil
import sys
import tempfile
import types

import yaml
from traitlets.config import Config

# Values that the chart copies as they are (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/files/hub/jupyterhub_config.py).
COPIED = {
    "singleuser.cpu.guarantee": "KubeSpawner.cpu_guarantee",
    "singleuser.cpu.limit": "KubeSpawner.cpu_limit",
    "singleuser.memory.guarantee": "KubeSpawner.mem_guarantee",
    "singleuser.memory.limit": "KubeSpawner.mem_limit",
    "singleuser.extraResource.guarantees": "KubeSpawner.extra_resource_guarantees",
    "singleuser.extraResource.limits": "KubeSpawner.extra_resource_limits",
    "singleuser.extraContainers": "KubeSpawner.extra_containers",
    "hub.templatePaths": "JupyterHub.template_paths",
    "hub.templateVars": "JupyterHub.template_vars",
    "hub.activeServerLimit": "JupyterHub.active_server_limit",
    "singleuser.startTimeout": "KubeSpawner.start_timeout",
    "singleuser.extraEnv": "KubeSpawner.environment",
    "singleuser.extraPodConfig": "KubeSpawner.extra_pod_config",
    "singleuser.profileList": "KubeSpawner.profile_list",
    "singleuser.uid": "KubeSpawner.uid",
    "singleuser.fsGid": "KubeSpawner.fs_gid",
    "singleuser.storage.capacity": "KubeSpawner.storage_capacity",
    "singleuser.storage.dynamic.storageClass": "KubeSpawner.storage_class",
    "singleuser.storage.dynamic.pvcNameTemplate": "KubeSpawner.pvc_name_template",
    "singleuser.storage.dynamic.storageAccessModes": "KubeSpawner.storage_access_modes",
}

HOME = "volume-{user_server}"


def value_at(values, path):
    for step in path.split("."):
        values = values.get(step) if isinstance(values, dict) else None
    return values


def from_table(values):
    """What the chart's file would make of the values that this project sends."""
    c = Config()
    c.JupyterHub.spawner_class = "kubespawner.KubeSpawner"
    for path, trait in COPIED.items():
        value = value_at(values, path)
        if value is not None:
            section, name = trait.split(".")
            c[section][name] = value
    user, scheduling = values["singleuser"], values["scheduling"]
    c.KubeSpawner.image = f"{user['image']['name']}:{user['image']['tag']}"
    if scheduling["userScheduler"]["enabled"]:
        c.KubeSpawner.scheduler_name = "user-scheduler"
    if scheduling["userPods"]["nodeAffinity"]["matchNodePurpose"] == "require":
        purpose = {"key": "hub.jupyter.org/node-purpose", "operator": "In", "values": ["user"]}
        c.KubeSpawner.node_affinity_required.append({"matchExpressions": [purpose]})
    storage = user["storage"]
    c.KubeSpawner.storage_pvc_ensure = True
    volumes = {HOME: {"name": HOME, "persistentVolumeClaim": {"claimName": "{pvc_name}"}}}
    mounts = {HOME: {"mountPath": storage["homeMountPath"], "name": HOME, "subPath": None}}
    c.KubeSpawner.volumes = {**volumes, **{each["name"]: each for each in storage["extraVolumes"]}}
    extra = {f"{index}-{each['name']}": each for index, each in enumerate(storage["extraVolumeMounts"])}
    c.KubeSpawner.volume_mounts = {**mounts, **extra}
    c.CryptKeeper.keys = [values["hub"]["config"]["CryptKeeper"]["keys"][0]]
    c.JupyterHub.cookie_secret = values["hub"]["config"]["JupyterHub"]["cookie_secret"]
    c.JupyterHub.services = [
        {"name": name, "api_token": service["apiToken"], **{key: value for key, value in service.items() if key != "apiToken"}}
        for name, service in values["hub"].get("services", {}).items()
    ]
    c.JupyterHub.load_roles = [{"name": name, **role} for name, role in values["hub"].get("loadRoles", {}).items()]
    _pass_on(c, values)
    return c


def _pass_on(c, values):
    kept = {"JupyterHub": ["cookie_secret"], "CryptKeeper": ["keys"], "ConfigurableHTTPProxy": ["auth_token"]}
    for section, traits in copy.deepcopy(values["hub"]["config"]).items():
        c[section].update({name: value for name, value in traits.items() if name not in kept.get(section, [])})
    serve_z2jh(values, values)
    for _, code in sorted(values["hub"].get("extraConfig", {}).items()):
        exec(code, {"c": c})


def serve_z2jh(merged, values):
    """The chart's module z2jh, and the files that the chart puts beside it."""
    _lay_files(values["hub"].get("extraFiles", {}))

    def get_config(key, default=None):
        parent, _, last = key.rpartition(".")
        holder = value_at(merged, parent) if parent else merged
        return holder[last] if isinstance(holder, dict) and last in holder else default

    def get_secret_value(key, default=None):
        # The chart keeps secret values apart from the others, and a list of keys as one text.
        value = value_at(values, key)
        return default if value is None else ";".join(value) if isinstance(value, list) else value

    def set_config_if_not_none(parent, name, key):
        if get_config(key) is not None:
            setattr(parent, name, get_config(key))

    z2jh = types.ModuleType("z2jh")
    z2jh.get_config, z2jh.get_secret_value, z2jh.set_config_if_not_none = get_config, get_secret_value, set_config_if_not_none
    z2jh.get_name = lambda name: name
    z2jh.get_name_env = lambda name, suffix="": {"hub": "8081", "proxy-api": "8001"}[name]
    sys.modules["z2jh"] = z2jh


# Where the hub has its files, and where they are here.
PLACE = {"there": "/usr/local/etc/jupyterhub", "here": None}


def _lay_files(files):
    """Puts the hub's files where its Python finds them, each below one folder as in the hub's own."""
    if not files:
        return
    folder = tempfile.mkdtemp(prefix="af-hub-files-")
    atexit.register(shutil.rmtree, folder)
    for file in files.values():
        place = os.path.join(folder, os.path.relpath(file["mountPath"], PLACE["there"]))
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w") as text:
            text.write(file["stringData"])
    sys.path.insert(0, folder)
    PLACE["here"] = folder
