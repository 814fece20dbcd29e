"""IDTOKENs of HTCondor for persons, as HTCondor's own condor_token_create makes them, but never without an end and a scope.

Who holds such a token is that person for the access point until the token ends, so its subject is one person
(https://htcondor.readthedocs.io/en/latest/admin-manual/security.html#token-authentication)."""

import re
import secrets
from itertools import cycle

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# A person reads the queue and changes what is the person's own in it. No other right of HTCondor is for persons.
SCOPES = frozenset({"READ", "WRITE"})

# Names whose tokens speak for HTCondor's own daemons or for the administrator. The access point's rules admit them by these names
# (https://htcondor.readthedocs.io/en/latest/admin-manual/configuration-macros.html#QUEUE_SUPER_USERS).
DAEMONS = frozenset({"root", "condor", "condor_pool"})

# HTCondor puts the name into ads, into the name of an accounting group and into its rules, where other characters mean something.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,254}")

# A day, in seconds. Nobody takes a token back before its end without a change of the access point's configuration, so a stolen one is good until then.
LONGEST_LIFE = 24 * 3600

# A domain is one word in HTCondor's configuration.
DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")

# What HTCondor's file of a key is combined with, byte by byte
# (https://github.com/htcondor/htcondor/blob/main/src/condor_utils/store_cred.cpp, simple_scramble).
SCRAMBLE = bytes.fromhex("deadbeef")

# The key of this name is taken twice (https://github.com/htcondor/htcondor/blob/main/src/condor_utils/store_cred.cpp, getTokenSigningKey).
POOL = "POOL"


def mint(
    key: bytes, key_id: str, subject: str, issuer: str, scopes: tuple[str, ...], lifetime_seconds: int, now: int, domain: str | None = None
) -> str:
    """A token by which the access point takes its holder for subject@domain.

    key is what the file key_id holds in the access point's SEC_PASSWORD_DIRECTORY. issuer is the access point's TRUST_DOMAIN, and domain its
    UID_DOMAIN, which is the same unless it is given. now is in seconds since 1970. Raises ValueError with everything that is wrong."""
    domain = issuer if domain is None else domain
    _refuse(
        (key, "key: empty; give the bytes of the signing key"),
        (NAME.fullmatch(key_id), f"key_id: {key_id!r}; allowed: {NAME.pattern}"),
        (NAME.fullmatch(subject), f"subject: {subject!r}; allowed: {NAME.pattern}"),
        (subject.lower() not in DAEMONS, f"subject: {subject!r} speaks for HTCondor itself; give the name of a person"),
        (DOMAIN.fullmatch(issuer), f"issuer: {issuer!r}; allowed: {DOMAIN.pattern}"),
        (DOMAIN.fullmatch(domain), f"domain: {domain!r}; allowed: {DOMAIN.pattern}"),
        (scopes and not isinstance(scopes, str) and SCOPES.issuperset(scopes), f"scopes: {scopes!r}; allowed: some of {sorted(SCOPES)}"),
        (
            _is_positive(lifetime_seconds) and lifetime_seconds <= LONGEST_LIFE,
            f"lifetime_seconds: {lifetime_seconds!r}; allowed: a whole number from 1 to {LONGEST_LIFE}, which is a day",
        ),
        (_is_positive(now), f"now: {now!r}; allowed: a whole number above 0"),
    )
    claims = {
        "exp": now + lifetime_seconds,
        "iat": now,
        "iss": issuer,
        "jti": secrets.token_hex(16),
        "scope": scope_of(scopes),
        "sub": f"{subject}@{domain}",
    }
    # HTCondor writes no type into the header.
    return jwt.encode(claims, signing_key(key, key_id), algorithm="HS256", headers={"kid": key_id, "typ": None})


def scope_of(scopes: tuple[str, ...]) -> str:
    """The claim of a token that limits its holder to these rights."""
    return " ".join(f"condor:/{scope}" for scope in scopes)


def signing_key(key: bytes, key_id: str) -> bytes:
    """The key of a token's signature, made of what the file key_id holds
    (https://github.com/htcondor/htcondor/blob/main/src/condor_io/condor_auth_passwd.cpp, generate_token)."""
    plain = bytes(each ^ mask for each, mask in zip(key, cycle(SCRAMBLE)))
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"htcondor", info=b"master jwt")
    return derivation.derive(plain * 2 if key_id == POOL else plain)


def _is_positive(number) -> bool:
    return type(number) is int and number > 0


def _refuse(*rules) -> None:
    problems = [problem for holds, problem in rules if not holds]
    if problems:
        raise ValueError("; ".join(problems))
