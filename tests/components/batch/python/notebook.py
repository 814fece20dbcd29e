"""A notebook in a user's pod: it makes the cluster of the image's own class, asks it for a worker, and computes on it."""

import asyncio
import json
import os
import subprocess
import sys

from coffea_casa import CoffeaCasaCluster
from dask.distributed import Client, Security
from distributed.comm import connect

given = json.loads(sys.argv[1])


def files(ca, certificate):
    return {"tls_ca_file": f"{ca}/ca.pem", "tls_worker_cert": f"{certificate}/hostcert.pem", "tls_worker_key": f"{certificate}/hostcert.pem"}


async def called(address, tls):
    """How a call of a worker with these files ends."""
    try:
        arguments = Security(require_encryption=True, **tls).get_connection_args("worker")
        await (await connect(address, timeout=15, **arguments)).close()
        return "open"
    except Exception as error:
        return f"{error}: {error.__cause__}"


def code_of_worker(address, tls):
    """The exit code of a worker with these files, which tries for some seconds."""
    options = [f"--{option.replace('_worker', '').replace('_', '-')}={file}" for option, file in tls.items()]
    more = ["--listen-address", "tls://127.0.0.1:20011", "--protocol", "tls", "--no-dashboard", "--no-nanny", "--death-timeout", "6"]
    command = [sys.executable, "-m", "distributed.cli.dask_worker", address, *options, *more]
    return subprocess.run(command, capture_output=True, timeout=100, env={"PATH": os.environ["PATH"], "HOME": "/tmp"}).returncode


def main():
    cluster = CoffeaCasaCluster()
    told = {"address": cluster.scheduler.contact_address}
    cluster.scale(jobs=1)
    with Client(cluster) as client:
        try:
            client.wait_for_workers(1, timeout=90)
        except TimeoutError:
            sys.exit(open(f"{os.environ['PLAYED_JOBS']}/worker.log").read())
        told["sum"] = client.submit(sum, range(10)).result(timeout=30)
        told["environment"] = list(client.run(lambda: dict(os.environ)).values())[0]
        address, own, others = told["address"], given["own"], given["others"]
        told["calls"] = [asyncio.run(called(address, files(*tls))) for tls in ((own, own), (others, others), (own, others))]
        told["code"] = code_of_worker(address, files(own, others))
        told["workers"] = list(client.scheduler_info(n_workers=-1)["workers"])
    with open(f"{os.environ['PLAYED_JOBS']}/description.json") as file:
        told["job"] = json.load(file)
    print(json.dumps(told), flush=True)
    cluster.close()


if __name__ == "__main__":
    main()
