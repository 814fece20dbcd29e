"""Calls schedulers as clients of Dask do, and prints how each call ended."""

import asyncio
import json
import sys

from distributed import Security
from distributed.comm import connect


async def called(call):
    """Opens a connection and asks the scheduler who it is; `open`, or the reason why not."""
    security = Security(
        tls_ca_file=call["ca"], tls_client_cert=call["certificate"], tls_client_key=call["certificate"], require_encryption=True
    )
    try:
        comm = await connect(call["address"], timeout=call.get("seconds", 5), **security.get_connection_args("client"))
        await comm.write({"op": "identity", "reply": True})
        answer = await asyncio.wait_for(comm.read(), 5)
        comm.abort()
        return "open" if answer["type"] == "Scheduler" else str(answer)
    except Exception as error:
        reasons = []
        while error:
            reasons.append(f"{type(error).__name__}: {error}")
            error = error.__cause__ or error.__context__
        return " <- ".join(reasons)


async def main():
    print(json.dumps(await asyncio.gather(*map(called, json.load(sys.stdin)))))


asyncio.run(main())
