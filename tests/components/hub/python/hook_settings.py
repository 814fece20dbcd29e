"""Reads values of custom.af, and prints what the hook says to each; and what the hook's files import, by package."""

import ast
import importlib.metadata
import json
import pathlib
import sys

given = json.load(sys.stdin)
sys.path.insert(0, given["hook"])

from dask_ingress.settings import SettingsError, parse  # noqa: E402


def said(settings):
    try:
        parse(settings)
        return ""
    except SettingsError as error:
        return str(error)


def imported():
    packages = importlib.metadata.packages_distributions()
    modules = set()
    for file in pathlib.Path(given["hook"]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                modules |= {name.name for name in node.names}
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                modules.add(node.module)
    tops = {module.split(".")[0] for module in modules} - set(sys.stdlib_module_names)
    return sorted({packages[top][0] if top in packages else f"no package has {top}" for top in tops})


print(json.dumps({"said": [said(each) for each in given["settings"]], "imported": imported()}))
