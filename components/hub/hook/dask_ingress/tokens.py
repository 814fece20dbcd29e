"""The tokens of a user's pod: the one of the user's login, for the cache and the doors, and one for the batch pool's access point."""

import math
from pathlib import Path

import jwt

from . import certificates
from .idtoken import mint, scope_of, signing_key
from .settings import AccessPoint, Tokens

# Names of the tokens in the user's Secret; the images of CMS name them so
# (https://github.com/CoffeaTeam/coffea-casa/blob/master/coffea_casa/coffea_casa.py).
LOGIN, CONDOR = "access_token", "condor_token"

# A program in the user's pod that copies them, because XRootD and HTCondor take a token only from a file that nobody but its owner reads.
COPIER = "copy-tokens.sh"

# A user submits jobs and looks after them.
SCOPES = ("READ", "WRITE")


class UserTokens:
    """Makes the files of the user's Secret that hold tokens. A token is renewed when half of its life is over."""

    def __init__(self, settings: Tokens):
        self.settings = settings

    async def files(self, spawner, present: dict[str, bytes]) -> dict[str, str]:
        """The files, of which those that are present stay while they are good. A token that cannot be made is left out."""
        files = {COPIER: Path(__file__).with_name(COPIER).read_text()}
        login = await _login_token(spawner)
        if login:
            files[LOGIN] = login
        if self.settings.accessPoint:
            condor = _condor_token(spawner, self.settings.accessPoint, present.get(CONDOR, b"").decode())
            if condor:
                files[CONDOR] = condor
        return files


async def _login_token(spawner) -> str | None:
    """The access token of the user's login, which the provider changes for a new one while the login lasts."""
    state = await spawner.user.get_auth_state() or {}
    token = state.get("access_token")
    if token and state.get("refresh_token") and _is_old(_claims(token)):
        try:
            token = await _renewed(spawner, state)
        except Exception as error:
            # The hub asks again at the user's next visit, and says then that the user has to log in.
            spawner.log.warning("%s: the login provider gives no new token: %s", spawner._log_name, type(error).__name__)
    return token


async def _renewed(spawner, state: dict) -> str:
    """A new access token, by the authenticator's own calls. Its refresh_user renews a token only when the provider refuses it
    (https://github.com/jupyterhub/oauthenticator/blob/17.4.0/oauthenticator/oauth2.py), and a pod would hold a dead one until then."""
    authenticator, refresh = spawner.authenticator, state["refresh_token"]
    told = await authenticator.get_token_info(None, authenticator.build_refresh_token_request_params(refresh))
    # A provider that keeps the refresh token does not repeat it.
    told = {**told, "refresh_token": told.get("refresh_token") or refresh}
    new = {key: told[key] for key in ("access_token", "refresh_token", "id_token") if told.get(key)}
    await spawner.user.save_auth_state({**state, **new, "token_response": told})
    return told["access_token"]


def _condor_token(spawner, settings: AccessPoint, present: str) -> str | None:
    """A token by which the access point takes its holder for the user: the present one while half of its life lasts, if this hub would make one of the same
    key, names, rights and life."""
    subject = spawner._expand_user_properties("{safe_username}")
    try:
        key = Path(settings.keyFile).read_bytes()
        claims = _signed(present, signing_key(key, settings.keyId))
        lifetime = settings.hours * 3600
        same = {"sub": f"{subject}@{settings.uidDomain}", "iss": settings.trustDomain, "scope": scope_of(SCOPES)}
        if claims and same.items() <= claims.items() and claims.get("exp", math.inf) - claims.get("iat", 0) <= lifetime and not _is_old(claims):
            return present
        now = int(certificates.now().timestamp())
        return mint(key, settings.keyId, subject, settings.trustDomain, SCOPES, lifetime, now, settings.uidDomain)
    except (OSError, ValueError) as error:
        spawner.log.error("%s: no token for the access point: %s", spawner._log_name, error)
        return None


def _signed(token: str, key: bytes) -> dict | None:
    """What a token of ours says; None for one of another key, and for none. Nobody's clock is asked."""
    unasked = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    try:
        return jwt.decode(token, key, algorithms=["HS256"], options=unasked)
    except jwt.InvalidTokenError:
        return None


def _claims(token: str) -> dict:
    """What a token says, whoever has signed it: the hub trusts its provider. Nothing for a token that says nothing."""
    try:
        return jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}


def _is_old(claims: dict) -> bool:
    """Whether half of a token's life is over. One that does not say when it ends never gets old."""
    end, now = claims.get("exp"), certificates.now().timestamp()
    return end is not None and now > (claims.get("iat", now) + end) / 2
