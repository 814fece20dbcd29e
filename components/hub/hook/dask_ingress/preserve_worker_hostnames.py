"""A preload of Dask's scheduler, which runs in a user's pod: it makes the scheduler call workers by the host names that they give.

Without it the scheduler resolves a worker's name once and calls the address, so that its TLS asks for no name and Traefik has no route for
it (https://github.com/dask/distributed/blob/2026.8.0/distributed/scheduler.py, coerce_address). The hub imports nothing of this file."""


def dask_setup(scheduler):
    """Dask calls this once, before a worker registers (https://docs.dask.org/en/stable/how-to/customize-initialization.html)."""
    plain = scheduler.coerce_address
    scheduler.coerce_address = lambda addr, resolve=False: plain(addr, False)
