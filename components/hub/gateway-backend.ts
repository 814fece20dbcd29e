/**
 * Dask Gateway's own backend, whose schedulers and workers are pods
 * (https://github.com/dask/dask-gateway/blob/2026.3.0/dask-gateway-server/dask_gateway_server/backends/kubernetes/backend.py).
 */
export const KUBERNETES_BACKEND = "dask_gateway_server.backends.kubernetes.KubeBackend";

/**
 * Seconds within which a cluster that was asked for appears in the backend's own list, which follows the API server's. We chose what the
 * client gives one request (https://github.com/dask/dask-gateway/blob/2026.3.0/dask-gateway-server/dask_gateway_server/backends/base.py).
 */
const LISTED_WITHIN_SECONDS = 20;

/**
 * Python code that makes a backend refuse a user's cluster beyond a number of them. Dask Gateway bounds the size of a cluster and not how many
 * a user has (https://github.com/dask/dask-gateway/blob/2026.3.0/docs/source/resource-limits.rst). Requests of one user wait for each other,
 * or two at once would both count the clusters before either is there.
 * @param backend the backend's class, with its module.
 * @param perUser largest number of pending and running clusters of one user.
 */
export function backendCode(backend: string, perUser: number): string {
  const at = backend.lastIndexOf(".");
  return `
import asyncio
from collections import defaultdict

from dask_gateway_server.backends.base import PublicException
from ${backend.slice(0, at)} import ${backend.slice(at + 1)} as Backend


class LimitedBackend(Backend):
    turns = defaultdict(asyncio.Lock)

    async def start_cluster(self, user, cluster_options):
        async with self.turns[user.name]:
            if len(await self.list_clusters(username=user.name)) >= ${perUser}:
                raise PublicException("you have ${perUser} of ${perUser} clusters that a user may have; shut one down first")
            name = await super().start_cluster(user, cluster_options)
            for _ in range(${LISTED_WITHIN_SECONDS * 10}):
                if await self.get_cluster(name) is not None:
                    break
                await asyncio.sleep(0.1)
            return name


c.DaskGateway.backend_class = LimitedBackend
`.trim();
}
