"""Lets the hook make the tokens of a user's Secret again and again, as time goes on, and prints each Secret and what the hub has kept."""

import asyncio
import base64
import json
import os
import sys
import tempfile
from datetime import timedelta
from types import SimpleNamespace

import jwt

given = json.load(sys.stdin)
sys.path.insert(0, given["hook"])

from dask_ingress import certificates  # noqa: E402
from dask_ingress.idtoken import signing_key  # noqa: E402
from dask_ingress.settings import parse  # noqa: E402
from dask_ingress.tokens import UserTokens  # noqa: E402

BEGIN = certificates.now().replace(microsecond=0)
PROVIDER = "a key of the provider that is long enough for HS256"


def login_token(hours):
    """An access token as a provider makes it after so many hours."""
    at = int((BEGIN + timedelta(hours=hours)).timestamp())
    return jwt.encode({"iat": at, "exp": at + 3600, "sub": "someone"}, PROVIDER, algorithm="HS256")


class Provider:
    """The calls of the authenticator that renew a token; it refuses when it is told to."""

    hours, refuses = 0, False

    def build_refresh_token_request_params(self, refresh_token):
        return {"grant_type": "refresh_token", "refresh_token": refresh_token}

    async def get_token_info(self, handler, params):
        if self.refuses:
            raise RuntimeError("403")
        kept = {} if params["refresh_token"] == "kept" else {"refresh_token": f"{params['refresh_token']}+"}
        return {"access_token": login_token(self.hours), **kept}


class User:
    def __init__(self, state):
        self.state = state

    async def get_auth_state(self):
        return self.state

    async def save_auth_state(self, state):
        self.state = state


async def main():
    folder = tempfile.TemporaryDirectory()
    settings = given["settings"]

    def started(key_id):
        """The hook of a hub that signs with this key, and the file of the key."""
        file = os.path.join(folder.name, key_id)
        if "accessPoint" in settings["tokens"]:
            settings["tokens"]["accessPoint"].update(keyFile=file, keyId=key_id)
        return UserTokens(parse(settings).tokens), file

    tokens, key_file = started("facility")
    provider, log, present, told = Provider(), [], {}, []
    state = given["state"] and {"access_token": login_token(0), "oauth_user": {"name": "someone"}, **given["state"]}
    said = SimpleNamespace(warning=lambda text, *more: log.append(text % more), error=lambda text, *more: log.append(text % more))
    spawner = SimpleNamespace(user=User(state), authenticator=provider, log=said, _log_name=given["user"])
    spawner._expand_user_properties = lambda template: given["user"]
    for step in given["steps"]:
        provider.hours, provider.refuses = step["hours"], step.get("refuses", False)
        certificates.now = lambda: BEGIN + timedelta(hours=provider.hours)
        if "keyId" in step:
            tokens, key_file = started(step["keyId"])
        if "key" in step:
            with open(key_file, "wb") as file:
                file.write(base64.b64decode(step["key"]))
        if "present" in step:
            kid = settings["tokens"]["accessPoint"]["keyId"]
            key = signing_key(base64.b64decode(step["key"]), kid)
            at = int(certificates.now().timestamp())
            times = {name: at + seconds for name, seconds in step["present"]["seconds"].items()}
            present["condor_token"] = jwt.encode({**step["present"]["claims"], **times}, key, algorithm="HS256", headers={"kid": kid}).encode()
        files = await tokens.files(spawner, present)
        present = {name: text.encode() for name, text in files.items()}
        claims, kid = {}, None
        if "condor_token" in files:
            with open(key_file, "rb") as file:
                key = signing_key(file.read(), settings["tokens"]["accessPoint"]["keyId"])
            kid = jwt.get_unverified_header(files["condor_token"])["kid"]
            claims = jwt.decode(files["condor_token"], key, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})
            claims = {name: claim - BEGIN.timestamp() if name in ("iat", "exp") else claim for name, claim in claims.items()}
        login = jwt.decode(files["access_token"], options={"verify_signature": False}) if "access_token" in files else None
        kept = {key: value for key, value in (spawner.user.state or {}).items() if key not in ("access_token", "token_response")}
        told.append(
            {"files": sorted(files), "kid": kid, "condor": claims, "login": login and (login["iat"] - BEGIN.timestamp()) / 3600, "kept": kept, "log": log[:]}
        )
        log.clear()
    print(json.dumps(told))


asyncio.run(main())
