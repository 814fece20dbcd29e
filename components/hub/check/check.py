"""Does what a user does in a tutorial, and says of each step how long it took, or why it broke.

It runs in a pod of its own with the hub's image, and imports only what that image holds. The steps: log in as a service of the hub, start a
server, open a notebook, read a file through the cache, scale Dask, fill a histogram on the workers, give the workers back, stop the server. A step
that needs one that broke is not run. It ends with an error that names the broken steps. Where it is told to end, it gives back what it has first."""

import asyncio
import json
import os
import signal
import ssl
import sys
import time
from pathlib import Path

import aiohttp
from notebook import Broken, Notebook

PLACE = Path(os.environ.get("HUB_CHECK", "/etc/hub-check"))
TOKENS = Path(os.environ.get("HUB_CHECK_TOKENS", "/etc/hub-check-tokens"))
SUMMARY = Path(os.environ.get("HUB_CHECK_SUMMARY", "/dev/termination-log"))

# Seconds between two looks at a server that stops.
LOOK = 1


class Hub:
    """The hub's own interface, as far as the check may use it: one user and the user's server."""

    def __init__(self, session: aiohttp.ClientSession, url: str, user: str):
        self.session, self.url, self.user = session, url, user
        self.server = f"{url}/user/{user}"

    async def call(self, method: str, path: str, fine=(200, 201, 202, 204), **more):
        """An answer's status and what it says. Raises Broken with the hub's words for a status that is not fine."""
        async with self.session.request(method, f"{self.url}/hub/api/{path}", **more) as response:
            text = await response.text()
            try:
                said = json.loads(text) if text else {}
            except ValueError:
                said = {"message": f"no JSON, but {response.content_type}"}
            if response.status not in fine:
                raise Broken(f"{method} {response.url.path}: {response.status} {said.get('message', '')}")
            return response.status, said

    async def log_in(self, token: Path) -> None:
        """Looks whether the hub knows the service, makes its user, gives the user the token for the cache, and stops what a run before has left."""
        _, service = await self.call("GET", "user")
        if service.get("kind") != "service":
            raise Broken(f"the hub takes the token for that of a {service.get('kind')}")
        await self.call("POST", f"users/{self.user}", fine=(201, 409))
        if token.exists():
            state = {"access_token": token.read_text().strip()}
            await self.call("PATCH", f"users/{self.user}", json={"auth_state": state})
        await self.stop()

    async def start(self) -> None:
        """Starts the server of the default size and follows its start. Raises Broken with what the hub and Kubernetes said last."""
        # The hub answers 500 and nothing else where Kubernetes refuses the server at once; its account of the start says why.
        status, answer = await self.call("POST", f"users/{self.user}/server", fine=(201, 202, 500), json={})
        if status == 201:
            return
        said = "nothing" if status == 202 else f"{status} {answer.get('message', '')}"
        try:
            async with self.session.get(f"{self.url}/hub/api/users/{self.user}/server/progress") as response:
                async for line in response.content:
                    if not line.startswith(b"data: "):
                        continue
                    event = json.loads(line[len(b"data: ") :])
                    if event.get("ready"):
                        return
                    if event.get("failed"):
                        raise Broken(f"{event.get('message')}; before it: {said}")
                    said = event.get("message", said)
        except asyncio.CancelledError:
            raise Broken(f"no server; the last word: {said}") from None
        raise Broken(f"the hub ends its account of the start; the last word: {said}")

    async def stop(self) -> None:
        """Stops the server, if there is one, and waits until it is gone."""
        await self.call("DELETE", f"users/{self.user}/server", fine=(202, 204, 404))
        while (await self.call("GET", f"users/{self.user}"))[1].get("servers"):
            await asyncio.sleep(LOOK)


class Account:
    """What became of each step."""

    def __init__(self, patience: dict[str, int]):
        self.patience, self.broken = patience, []
        self.ended, self.working = False, None

    def end(self) -> None:
        """Breaks off the step that is at work, and lets no further one begin but those that give back."""
        print("told to end: what the check has is given back", flush=True)
        self.ended = True
        if self.working:
            self.working.cancel()

    async def step(self, name: str, work, *needs: bool, gives_back: bool = False) -> bool:
        """Runs a step within its patience, if what it needs is there. Whether it held. A step that gives back what the check has is run to its end."""
        if not all(needs) or (self.ended and not gives_back):
            print(f"step={name} state=not-run", flush=True)
            return False
        start, because = time.monotonic(), ""
        task = asyncio.ensure_future(work())
        self.working = None if gives_back else task
        try:
            async with asyncio.timeout(self.patience[name]):
                await task
        except TimeoutError:
            because = f"not done after {self.patience[name]} s"
        except asyncio.CancelledError:
            because = "told to end"
        except (Broken, aiohttp.ClientError, OSError) as error:
            because = str(error) or type(error).__name__
        self.working = None
        state = f"broken seconds={time.monotonic() - start:.3f} because: {' '.join(because.split())}"
        print(f"step={name} state={state}" if because else f"step={name} state=ok seconds={time.monotonic() - start:.3f}", flush=True)
        if because:
            self.broken.append(name)
        return not because


def _cell(name: str, given: dict) -> str:
    """A cell's code, with the settings before it."""
    return f"CHECK = {given!r}\n" + (PLACE / f"{name}.py").read_text()


async def main() -> int:
    given = json.loads((PLACE / "check.json").read_text())
    account = Account(given["patience"])
    # The first process of a container gets no signal that it does not ask for.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, account.end)
    token = (TOKENS / "api-token").read_text().strip()
    trust = ssl.create_default_context()
    if not given["verify"]:
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    options = {"connector": aiohttp.TCPConnector(ssl=trust), "timeout": aiohttp.ClientTimeout(total=None, sock_connect=30)}
    async with aiohttp.ClientSession(headers={"Authorization": f"token {token}"}, **options) as session:
        hub = Hub(session, given["url"], given["user"])
        notebook = Notebook(session, hub.server)
        # A cell that watches its own time says more than this program, so it has a little less.
        told = {name: {**given["cells"], "patience": 0.9 * seconds} for name, seconds in account.patience.items()}
        cell = lambda name: notebook.run(_cell(name, told[name]))  # noqa: E731
        known = await account.step("login", lambda: hub.log_in(TOKENS / "access-token"))
        started = await account.step("spawn", hub.start, known)
        opened = await account.step("notebook", notebook.open, started)
        read = await account.step("read", lambda: cell("read"), opened)
        scaled = await account.step("dask", lambda: cell("dask"), opened)
        await account.step("histogram", lambda: cell("histogram"), read, scaled)

        await account.step("close", lambda: cell("close"), opened, gives_back=True)
        await account.step("stop", hub.stop, known, gives_back=True)
    if account.broken:
        summary = f"broken: {' '.join(account.broken)}"
        print(summary)
        # The kubelet lays this file, and shows what is in it as the pod's message.
        if SUMMARY.exists():
            SUMMARY.write_text(f"{summary}\n")
    return 1 if account.broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
