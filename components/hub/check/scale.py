# A cell of the check, below one that makes the cluster: asks for two workers, and waits until they are there.
import time

from distributed import Client

client = Client(cluster) if not hasattr(cluster, "get_client") else cluster.get_client()
cluster.scale(2)


def asked():
    """Addresses of the workers that were asked for: all but the one that is in the notebook's own pod from the start."""
    return [address for address, worker in client.scheduler_info()["workers"].items() if worker["name"] != CHECK["beside"]]


_end = time.monotonic() + CHECK["patience"]
while len(asked()) < 2:
    if time.monotonic() > _end:
        raise RuntimeError(f"{len(asked())} of 2 workers after {CHECK['patience']} s")
    time.sleep(0.5)
