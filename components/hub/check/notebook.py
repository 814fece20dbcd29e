"""A notebook of a user's server, without a page: a kernel, and cells that run in it one after the other."""

import asyncio
import json
import uuid

import aiohttp


class Broken(Exception):
    """A step that did not hold, in words for an operator."""


class Notebook:
    """A kernel of the server at an address, by the interface that JupyterLab uses
    (https://jupyter-server.readthedocs.io/en/stable/developers/rest-api.html)."""

    def __init__(self, session: aiohttp.ClientSession, server: str):
        self.session, self.server, self.kernel = session, server, ""

    async def open(self) -> None:
        """Starts a kernel and runs an empty cell, so that the kernel is known to answer."""
        async with self.session.post(f"{self.server}/api/kernels", json={}) as response:
            if response.status != 201:
                raise Broken(f"POST {response.url.path}: {response.status} {response.reason}")
            self.kernel = (await response.json())["id"]
        await self.run("")

    async def run(self, code: str) -> str:
        """Runs a cell; what it printed. Raises Broken with the cell's own error, or if the kernel dies. A cell that nobody waits for any more is
        interrupted, or the next would wait behind it."""
        try:
            return await self._run(code)
        except asyncio.CancelledError:
            async with self.session.post(f"{self.server}/api/kernels/{self.kernel}/interrupt"):
                raise

    async def _run(self, code: str) -> str:
        asked, printed, failed = uuid.uuid4().hex, "", None
        async with self.session.ws_connect(f"{self.server}/api/kernels/{self.kernel}/channels?session_id={asked}", heartbeat=30) as channels:
            await channels.send_str(_request(asked, code))
            async for frame in channels:
                if frame.type is not aiohttp.WSMsgType.TEXT:
                    continue
                message = json.loads(frame.data)
                kind, content = message["msg_type"], message["content"]
                if kind == "status" and content["execution_state"] in ("dead", "restarting"):
                    raise Broken("the kernel died")
                if message["parent_header"].get("msg_id") != asked:
                    continue
                if kind == "stream":
                    printed += content["text"]
                elif kind == "error":
                    failed = f"{content['ename']}: {content['evalue']}"
                elif kind == "status" and content["execution_state"] == "idle":
                    if failed:
                        raise Broken(failed)
                    return printed
        raise Broken("the server closed the kernel's connection")


def _request(identity: str, code: str) -> str:
    """A request to run code, as kernels read it (https://jupyter-client.readthedocs.io/en/stable/messaging.html#execute)."""
    header = {"msg_id": identity, "msg_type": "execute_request", "username": "", "session": identity, "date": "", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}
    return json.dumps(message)
