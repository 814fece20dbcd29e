"""A user's session: a client that computes on the scheduler's workers whenever a file appears, and a connection that says nothing between."""

import asyncio
import json
import os
import sys
import time

from distributed import Client
from distributed.comm import connect
from distributed.security import Security

given = json.loads(sys.argv[1])


async def asked(comm):
    """Who the scheduler is, over a connection that is open."""
    await comm.write({"op": "identity", "reply": True})
    return (await asyncio.wait_for(comm.read(), 20))["id"]


async def appeared(file):
    while not os.path.exists(file):
        await asyncio.sleep(0.1)
    with open(file) as text:
        said = text.read()
    os.remove(file)
    return said


async def main():
    # Everything else is in the environment, as the hook writes it.
    silent = await connect(given["address"], **Security().get_connection_args("client"))
    scheduler = await asked(silent)
    since = time.monotonic()
    print(f"silent since {time.time()}", flush=True)
    async with Client(given["address"], asynchronous=True, timeout=60) as client:
        await client.wait_for_workers(1, timeout=60)
        connection = client.scheduler_comm.comm
        print(json.dumps({"sum": await client.submit(sum, range(10), pure=False)}), flush=True)
        while True:
            wanted = await appeared(given["file"])
            told = {"sum": await client.submit(sum, range(10), pure=False)}
            if wanted == "both":
                told["idle"] = time.monotonic() - since if await asked(silent) == scheduler else 0
            workers = (await client.scheduler.identity(n_workers=-1))["workers"]
            print(json.dumps({**told, "workers": list(workers), "same": client.scheduler_comm.comm is connection}), flush=True)


asyncio.run(main())
