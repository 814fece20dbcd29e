"""Reads a login and claims from standard input, and prints what the authenticator does with each: the user, or the refusal."""

import asyncio
import json
import sys
from types import SimpleNamespace

from hub_config import from_table
from jupyterhub.app import JupyterHub
from tornado.httpclient import HTTPClientError
from tornado.web import HTTPError

given = json.load(sys.stdin)
config = from_table(given["values"])
hub = JupyterHub(config=config)


def authenticator(claims, token=None, ended=False):
    """The real class; only the provider's three answers are ours."""
    made = hub.authenticator_class(config=config)

    async def token_to_user(info):
        if ended and info["access_token"] == "old":
            raise HTTPClientError(401)
        return claims

    async def get_token_info(handler, params):
        return {"access_token": "new", "token_type": "Bearer", **(token or {})}

    made.build_access_tokens_request_params = lambda handler, data=None: {}
    made.token_to_user, made.get_token_info = token_to_user, get_token_info
    return made


async def log_in(claims):
    try:
        model = await authenticator(claims).get_authenticated_user(None, None)
    except HTTPError as error:
        return {"status": error.status_code}
    return {"name": model["name"], "groups": model["groups"], "admin": model["admin"]} if model else {"status": 403}


async def an_hour_later(claims, refresh_token):
    """What the hub learns when it asks again with an access token that has ended."""
    state = {"access_token": "old", "token_type": "Bearer", "refresh_token": refresh_token}

    async def get_auth_state():
        return {"token_response": state, "refresh_token": refresh_token}

    user = SimpleNamespace(name="a user", get_auth_state=get_auth_state)
    asked = await authenticator(claims, ended=True).refresh_user(user)
    return "logged out" if asked is False else asked["groups"]


async def main():
    made = authenticator({})
    print(
        json.dumps(
            {
                "logins": [await log_in(claims) for claims in given["claims"]],
                "later": [await an_hour_later(given["claims"][0], token) for token in ("refresh", None)],
                "asks": {"every": made.auth_refresh_age, "before a start": made.refresh_pre_spawn},
                "scope": made.scope,
                "days": hub.cookie_max_age_days,
            }
        )
    )


asyncio.run(main())
