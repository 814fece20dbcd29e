"""The hub's configuration as Zero to JupyterHub makes it of values: by the chart's own file, or by the table below."""

import atexit
import copy
import os
import shutil
import sys
import tempfile
import types

import yaml
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

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
    _pass_on(c, values)
    return c


def _pass_on(c, values):
    kept = {"JupyterHub": ["cookie_secret"], "CryptKeeper": ["keys"], "ConfigurableHTTPProxy": ["auth_token"]}
    for section, traits in copy.deepcopy(values["hub"]["config"]).items():
        c[section].update({name: value for name, value in traits.items() if name not in kept.get(section, [])})
    _serve_z2jh(values, values)
    for _, code in sorted(values["hub"].get("extraConfig", {}).items()):
        exec(code, {"c": c})


def _serve_z2jh(merged, values):
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


def from_chart(folder, values):
    """What the chart's own file makes of the values, which it reads through its module z2jh."""
    with open(os.path.join(folder, "values.yaml")) as file:
        merged = _merged(yaml.safe_load(file), values)
    merged["Chart"], merged["Release"] = {"Name": "jupyterhub", "Version": "0"}, {"Name": "jupyterhub"}

    _serve_z2jh(merged, values)
    c = Config()
    file = os.path.join(folder, "files", "hub", "jupyterhub_config.py")
    with open(file) as text:
        exec(compile(text.read(), file, "exec"), {"get_config": lambda: c, "__file__": file})
    return c


def _merged(defaults, values):
    """Values over defaults, as Helm lays them: a null takes the default away."""
    if not isinstance(defaults, dict) or not isinstance(values, dict):
        return copy.deepcopy(values)
    both = {**copy.deepcopy(defaults), **{key: _merged(defaults.get(key), value) for key, value in values.items()}}
    return {key: value for key, value in both.items() if not (key in values and value is None)}


def differences(ours, chart):
    """Traits that the table sets and the chart's file does not set to the same."""
    found = []
    for section, traits in ours.items():
        for name, value in traits.items():
            there = chart[section].get(name, "nothing") if section in chart else "nothing"
            if name == "services":
                # The chart adds a service of its own, which stops idle servers.
                there = [service for service in there if "command" not in service]
            if _plain(value) != _plain(there):
                found.append(f"{section}.{name}: {_plain(value)!r}, by the chart {_plain(there)!r}")
    return found


def _plain(value):
    if callable(value) and hasattr(value, "__code__"):
        return value.__code__.co_code
    # What is appended to a default is a list where the default is set.
    return value.get_value([]) if isinstance(value, LazyConfigValue) else value
