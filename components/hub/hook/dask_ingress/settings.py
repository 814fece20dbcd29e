"""What the facility's program tells the hook: the values' key custom.af, which components/hub/hook.ts writes.

The fields are spelled as in the values, so that one name stands for a thing on both sides."""

from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import get_args

from .idtoken import LONGEST_LIFE


class SettingsError(ValueError):
    """What is wrong with custom.af, all at once."""


@dataclass(frozen=True)
class Listener:
    """One of the two programs of Dask in a user's pod that others reach from outside."""

    domain: str
    """Domain below which each server has a name for this program."""
    port: int
    """TCP port in the pod."""
    entryPoint: str
    """Name of Traefik's entry point that leads to it."""


@dataclass(frozen=True)
class Certificates:
    """Where the certificates are in a user's pod, and how long they live."""

    mountPath: str
    rootDays: int
    leafDays: int


@dataclass(frozen=True)
class Dask:
    """Each user's scheduler and worker, to which Traefik passes TLS through by SNI."""

    scheduler: Listener
    worker: Listener
    certificates: Certificates


@dataclass(frozen=True)
class AccessPoint:
    """The batch pool's access point, which takes a token's holder for a user."""

    keyFile: str
    """File in the hub with the key that signs."""
    keyId: str
    """Name by which the access point knows the key."""
    trustDomain: str
    uidDomain: str
    hours: int = field(metadata={"most": LONGEST_LIFE // 3600})
    """Hours that a token lives. A hub that is told more does not start, so that no user gets such a token, nor a server without any."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of a user's pod."""

    mountPath: str
    """Folder in the pod with copies of the tokens that only the user can read."""
    accessPoint: AccessPoint | None = None
    """Left out where the site has no access point of its own."""


@dataclass(frozen=True)
class Settings:
    """All of custom.af."""

    dask: Dask
    tokens: Tokens


def parse(given) -> Settings:
    """Reads custom.af. It refuses a key that it does not know, a key that is missing and a value of another type."""
    problems: list[str] = []
    settings = _read(Settings, given, "custom.af", problems)
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def _read(kind, given, path, problems):
    if not is_dataclass(kind):
        # True is a number for Python, and a mistake here.
        if not isinstance(given, kind) or isinstance(given, bool):
            problems.append(f"{path}: {given!r}; allowed: a value of type {kind.__name__}")
        elif given in ("", 0) or (kind is int and given < 0):
            problems.append(f"{path}: {given!r}; allowed: a text that is not empty, or a number above 0")
        return given
    if not isinstance(given, dict):
        problems.append(f"{path}: {given!r}; allowed: a mapping")
        return None
    # The type of what may be left out is first in a union with None.
    known = {each.name: (get_args(each.type) or (each.type,))[0] for each in fields(kind)}
    needed = {each.name for each in fields(kind) if each.default is MISSING}
    most = {each.name: each.metadata["most"] for each in fields(kind) if "most" in each.metadata}
    problems += [f"{path}.{name}: not known; remove it" for name in given if name not in known]
    problems += [f"{path}.{name}: missing; add it" for name in known if name in needed and name not in given]
    values = {name: _read(type_, given[name], f"{path}.{name}", problems) for name, type_ in known.items() if name in given}
    problems += [
        f"{path}.{name}: {values[name]}; allowed: at most {limit}" for name, limit in most.items() if type(values.get(name)) is int and values[name] > limit
    ]
    return kind(**values) if needed <= set(values) else None
