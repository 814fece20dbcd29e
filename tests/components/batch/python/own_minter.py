"""Makes IDTOKENs with HTCondor's own minter, generate_token, which condor_token_create calls. It prints one token for each request."""

import base64
import ctypes
import glob
import json
import os
import sys
import tempfile
import time

given = json.load(sys.stdin)
folder = tempfile.mkdtemp()
keys = given.get("folder", folder)
key = f"{keys}/{given['keyId']}"
if "key" in given:
    with open(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(base64.b64decode(given["key"]))
with open(f"{folder}/condor_config", "w") as file:
    file.write(f"TRUST_DOMAIN = {given['issuer']}\nSEC_PASSWORD_DIRECTORY = {keys}\n")
    file.write(f"SEC_TOKEN_POOL_SIGNING_KEY_FILE = {key}\nLOG = {folder}\n")
os.environ["CONDOR_CONFIG"] = f"{folder}/condor_config"

import htcondor2  # noqa: E402

[path] = glob.glob(os.path.join(os.path.dirname(htcondor2.__file__), "..", "htcondor.libs", "libcondor_utils*"))
library = ctypes.CDLL(path)

# Everything is loaded that this user may read and another may not.
if "user" in given:
    os.setgroups([])
    os.setresgid(*[given["user"]] * 3)
    os.setresuid(*[given["user"]] * 3)

NAME = (
    "_ZN18Condor_Auth_Passwd14generate_tokenERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES7_"
    "RKSt6vectorIS5_SaIS5_EElbRS5_iP11CondorErrorPKN7classad7ClassAdE"
)


class String(ctypes.Structure):
    """std::string of GNU's library: a short text is in the object itself."""

    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t), ("here", ctypes.c_char * 16)]


class Vector(ctypes.Structure):
    _fields_ = [("begin", ctypes.c_void_p), ("end", ctypes.c_void_p), ("capacity", ctypes.c_void_p)]


def string(text):
    made, buffer = String(), ctypes.create_string_buffer(text.encode())
    made.length, made.data = len(text), ctypes.addressof(buffer)
    made.keep = buffer
    return made


def minted(subject, scopes, lifetime):
    strings = [string(scope) for scope in scopes]
    array = (String * len(strings))(*strings)
    begin = ctypes.addressof(array)
    authz = Vector(begin, begin + ctypes.sizeof(array), begin + ctypes.sizeof(array))
    token = String()
    token.data = ctypes.addressof(token) + String.here.offset
    done = library[NAME](
        *(ctypes.byref(each) for each in (string(subject), string(given["keyId"]), authz)),
        *(ctypes.c_long(lifetime), ctypes.c_bool(False), ctypes.byref(token), ctypes.c_int(0), None, None),
    )
    # The function returns a C++ bool, of which only the lowest byte counts.
    if not done & 0xFF:
        print(json.dumps([f"HTCondor mints no token for {subject}"]))
        sys.exit(0)
    return ctypes.string_at(token.data, token.length).decode()


def whole(subject, scopes, lifetime):
    """HTCondor looks at the clock twice. A token for which both looks were in one second can be compared."""
    for _ in range(100):
        time.sleep(0.01)
        token = minted(subject, scopes, lifetime)
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        if lifetime < 0 or claims["exp"] - claims["iat"] == lifetime:
            return token
    sys.exit("the clock moves too fast")


print(json.dumps([whole(each["subject"], each["scopes"], each["lifetime"]) for each in given["requests"]]))
