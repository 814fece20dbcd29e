"""Runs HTCondor's own daemon code with the access point's files, lets holders of tokens ask it for things, and prints each answer.

The package has HTCondor's libraries without its daemons. What all daemons do, checking and giving out tokens among it, is in the libraries, so a daemon
without duties of its own answers as the schedd does."""

import base64
import ctypes
import glob
import json
import os
import subprocess
import sys
import tempfile
import time

SCHEDD_SUBSYSTEM, SCHEDD_DAEMON = 4, 3
STRING = "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
TEXTS = "RKSt6vectorI" + STRING + "SaIS6_EE"


def library():
    import htcondor2

    [path] = glob.glob(os.path.join(os.path.dirname(htcondor2.__file__), "..", "htcondor.libs", "libcondor_utils*"))
    return ctypes.CDLL(path)


def serve():
    """Is a daemon until it is stopped."""
    code = library()
    init, other = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p), ctypes.CFUNCTYPE(None)
    stop = other(lambda: os._exit(0))
    duties = {"init": init(lambda count, words: None), "config": other(lambda: None), "shutdown_fast": stop, "shutdown_graceful": stop}
    for name, duty in duties.items():
        ctypes.c_void_p.in_dll(code, f"dc_main_{name}").value = ctypes.cast(duty, ctypes.c_void_p).value
    code._Z15set_mySubSystemPKcb13SubsystemType(b"SCHEDD", ctypes.c_bool(True), SCHEDD_SUBSYSTEM)
    words = [b"condor_schedd", b"-f", b"-t"]
    code._Z7dc_mainiPPc(len(words), (ctypes.c_char_p * (len(words) + 1))(*words, None))


class String(ctypes.Structure):
    """std::string of GNU's library: a short text is in the object itself."""

    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t), ("here", ctypes.c_char * 16)]

    def text(self):
        return ctypes.string_at(self.data, self.length).decode()


def string(text=""):
    made, buffer = String(), ctypes.create_string_buffer(text.encode())
    made.length, made.data = len(text), ctypes.addressof(buffer)
    made.keep = buffer
    return made


def result():
    made = String()
    made.data = ctypes.addressof(made) + String.here.offset
    return made


def ask(address, what, of):
    """One question to the daemon: what it answers, or what is wrong."""
    code = library()
    if what == "may":
        import htcondor2

        try:
            told = htcondor2.ping(address, of)
            return {"is": told["MyRemoteUserName"], "may": bool(told["AuthorizationSucceeded"])}
        except htcondor2.HTCondorException as error:
            return {"refused": str(error)}
    by_reference = ctypes.byref
    daemon, wrong, token, nothing = ctypes.create_string_buffer(1 << 14), ctypes.create_string_buffer(64), result(), (ctypes.c_void_p * 3)()
    code._ZN6DaemonC1E8daemon_tPKcS2_(daemon, SCHEDD_DAEMON, address.encode(), None)
    if what == "fetch":
        call = code["_ZN6Daemon15getSessionTokenE" + TEXTS + "iRS6_RKS6_P11CondorError"]
        call(daemon, by_reference(nothing), 3600, by_reference(token), by_reference(string()), wrong)
    if what == "request":
        request = result()
        call = code["_ZN6Daemon17startTokenRequestERK" + STRING + "RKSt6vectorIS5_SaIS5_EEiS7_RS5_SD_P11CondorError"]
        call(daemon, by_reference(string(of)), by_reference(nothing), 3600, by_reference(string("a client")), by_reference(token), by_reference(request), wrong)
        if request.length:
            return {"queued": True}
    if what == "exchange":
        code["_ZN6Daemon16exchangeSciTokenERK" + STRING + "RS5_R11CondorError"](daemon, by_reference(string(of)), by_reference(token), wrong)
    return {"token": token.text()} if token.length else {"refused": said(code, wrong)}


def said(code, wrong):
    """The text of an error of HTCondor."""
    text = result()
    # The function makes its text where its first argument says.
    code["_ZNK11CondorError11getFullTextB5cxx11Eb"](ctypes.byref(text), wrong, ctypes.c_bool(False))
    return text.text()


def file(path, text, mode=0o600):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, mode), "wb") as opened:
        opened.write(text if isinstance(text, bytes) else text.encode())
    return path


def environment(folder, name, text):
    return {**os.environ, "CONDOR_CONFIG": file(f"{folder}/{name}_config", text)}


def run(given):
    folder = tempfile.mkdtemp()
    for name, text in given["files"].items():
        file(f"{folder}/config.d/{name}", text)
    for name, key in given["keys"].items():
        file(f"{folder}/keys/{name}", base64.b64decode(key))
    os.mkdir(f"{folder}/log")
    folders = [f"{knob} = {folder}/log" for knob in ("RUN", "LOG", "LOCK", "SPOOL", "EXECUTE")]
    # What is of the pod and its network has a place of the test's own here.
    here = [*folders, f"SEC_PASSWORD_DIRECTORY = {folder}/keys", "USE_SHARED_PORT = False", "TCP_FORWARDING_HOST =", "NETWORK_INTERFACE = 127.0.0.1"]
    here += [f"CONDOR_IDS = {os.getuid()}.{os.getgid()}", f"SCHEDD_ADDRESS_FILE = {folder}/address", "BIND_ALL_INTERFACES = False"]
    file(f"{folder}/config.d/zz-here.conf", "\n".join([*here, ""]))
    main = given["main"] + f"LOCAL_CONFIG_DIR = {folder}/config.d\n"
    daemon = subprocess.Popen([sys.executable, __file__, "serve"], env=environment(folder, "daemon", main), stdout=subprocess.DEVNULL, stderr=open(f"{folder}/said", "w"))
    try:
        for _ in range(300):
            if os.path.exists(f"{folder}/address") or daemon.poll() is not None:
                break
            time.sleep(0.1)
        if not os.path.exists(f"{folder}/address"):
            with open(f"{folder}/said") as said_by:
                sys.exit(f"the daemon does not start: {said_by.read()[-2000:]}")
        with open(f"{folder}/address") as opened:
            address = opened.readline().strip()
        return [asked(folder, number, address, **each) for number, each in enumerate(given["asks"])]
    finally:
        daemon.kill()
        daemon.wait()


def asked(folder, number, address, token, what, of=""):
    """A question in a process of its own, because HTCondor keeps a session and its rights as long as a process lives."""
    place = f"{folder}/holder-{number}"
    file(f"{place}/token", token)
    holder = ["REQUIRE_LOCAL_CONFIG_FILE = False", "SEC_DEFAULT_AUTHENTICATION_METHODS = IDTOKENS", f"SEC_TOKEN_DIRECTORY = {place}", "RELEASE_DIR = /usr"]
    holder += [f"{knob} = {folder}/none" for knob in ("SEC_PASSWORD_DIRECTORY", "SEC_TOKEN_SYSTEM_DIRECTORY", "SEC_TOKEN_POOL_SIGNING_KEY_FILE")]
    holder += [f"LOCAL_DIR = {folder}", f"LOG = {folder}/log", "UID_DOMAIN = example.edu", ""]
    env = environment(folder, f"holder-{number}", "\n".join(holder))
    told = subprocess.run([sys.executable, __file__, "ask", address, what, of], env=env, capture_output=True, text=True, timeout=60)
    return json.loads(told.stdout.strip().split("\n")[-1]) if told.returncode == 0 else {"broken": told.stderr[-2000:] or told.returncode}


if sys.argv[1:] == ["serve"]:
    serve()
elif sys.argv[1:2] == ["ask"]:
    print(json.dumps(ask(*sys.argv[2:])))
else:
    print(json.dumps(run(json.load(sys.stdin))))
