"""Lets HTCondor's own parser read files as the daemon would, and says what it took of them."""

import ctypes
import glob
import json
import os
import re
import sys
import tempfile

given = json.load(sys.stdin)
folder = tempfile.mkdtemp()
os.mkdir(f"{folder}/config.d")
for name, text in given["files"].items():
    with open(f"{folder}/config.d/{name}", "w") as file:
        file.write(text)
main = f"{folder}/condor_config"
with open(main, "w") as file:
    file.write(given["main"] + f"LOCAL_CONFIG_DIR = {folder}/config.d\n")
os.environ["CONDOR_CONFIG"] = main
for knob, value in given.get("environment", {}).items():
    os.environ[knob] = value

import classad2  # noqa: E402
import htcondor2  # noqa: E402

[path] = glob.glob(os.path.join(os.path.dirname(htcondor2.__file__), "..", "htcondor.libs", "libcondor_utils*"))
library = ctypes.CDLL(path)
lookup = library._Z20param_default_lookupPKc
lookup.restype = ctypes.c_void_p
lookup.argtypes = [ctypes.c_char_p]
with open(path, "rb") as file:
    words = set(file.read().split(b"\0"))

# Names that the code composes of parts, or that only other knobs refer to.
COMPOSED = re.compile(r"SEC_(DEFAULT|READ|CLIENT)_(AUTHENTICATION|ENCRYPTION|INTEGRITY)$|JOB_TRANSFORM_NAMES$|(CONDOR|SCHEDD)_HOST$")
PERMISSION = re.compile(r"ALLOW_(READ|WRITE|DAEMON|ADMINISTRATOR|NEGOTIATOR|ADVERTISE_\w+)(_SCHEDD)?$")


def known(knob):
    """Whether the library knows a knob: by its table, by its code, or as a rule for a permission."""
    transforms = (htcondor2.param.get("JOB_TRANSFORM_NAMES") or "").split()
    by_name = {f"JOB_TRANSFORM_{name}".upper() for name in transforms}
    return bool(lookup(knob.encode())) or knob.encode() in words or bool(PERMISSION.match(knob) or COMPOSED.match(knob)) or knob.upper() in by_name


def evaluated(transform, ad):
    """What the EVALSET lines of a transform make of an ad."""
    result = classad2.ClassAd(ad)
    for name, expression in re.findall(r"EVALSET\s+(\w+)\s+(.*)", transform):
        result[name] = classad2.ExprTree(expression).eval(result)
    return {key: result[key] for key in result if key != "Owner"}


def value_of(expression, ad):
    """What an expression is for an ad, or what is wrong with it."""
    try:
        return repr(classad2.ExprTree(expression).eval(classad2.ClassAd(ad)))
    except classad2.ClassAdException as error:
        return f"no expression: {error}"


own = re.findall(r"^([A-Za-z_][\w.]*)\s*(?:=|@=)", re.sub(r"@=end\n.*?@end", "@=end", given["files"][given["own"]], flags=re.S), re.M)
text = {knob: str(htcondor2.param.get(knob)) for knob in own}
# A variable of this form is the knob in its name.
variables = [name.removeprefix("_CONDOR_") for name in given.get("environment", {})]
print(json.dumps({
    "values": text,
    "unknown": [knob for knob in own + variables if not known(knob)],
    "unexpanded": [knob for knob, value in text.items() if "$(" in value],
    "expressions": {knob: value_of(text[knob], {"Owner": "alice", "JobUniverse": 5}) for knob in own if knob.startswith("START_")},
    "written": {knob: str(htcondor2.param.get(knob)) for knob in given["written"]},
    "account": evaluated(text.get("JOB_TRANSFORM_Accounting", ""), {"Owner": "alice", "AccountingGroup": "facility.bob"}),
    "found": bool(classad2.ExprTree(f'Name == "{htcondor2.param.get("SCHEDD_HOST")}"').eval(classad2.ClassAd({"Name": text.get("SCHEDD_NAME")})))
    if "SCHEDD_NAME" in text else None,
}))
