"""The hub's configuration as Zero to JupyterHub makes it of values: by the chart's own file, or by the sandbox's table."""

import copy
import os
import sys

import yaml
from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue

sys.path.insert(0, os.path.join(os.path.dirname(__file__), *[os.pardir] * 4, "sandbox", "live"))
from hub_values import PLACE, from_table, serve_z2jh  # noqa: E402

__all__ = ["PLACE", "differences", "from_chart", "from_table"]


def from_chart(folder, values):
    """What the chart's own file makes of the values, which it reads through its module z2jh."""
    with open(os.path.join(folder, "values.yaml")) as file:
        merged = _merged(yaml.safe_load(file), values)
    merged["Chart"], merged["Release"] = {"Name": "jupyterhub", "Version": "0"}, {"Name": "jupyterhub"}

    serve_z2jh(merged, values)
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
            if name == "load_roles":
                there = [role for role in there if role["name"] != "jupyterhub-idle-culler"]
            if _plain(value) != _plain(there):
                found.append(f"{section}.{name}: {_plain(value)!r}, by the chart {_plain(there)!r}")
    return found


def _plain(value):
    if callable(value) and hasattr(value, "__code__"):
        return value.__code__.co_code
    # What is appended to a default is a list where the default is set.
    return value.get_value([]) if isinstance(value, LazyConfigValue) else value
