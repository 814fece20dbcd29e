"""KubeSpawner with what no hook of it can do: look after a server that runs, and bear an API server that is gone for a moment."""

from jupyterhub.utils import exponential_backoff
from kubespawner import KubeSpawner

from .cluster import unless_gone
from .ingress import DaskIngress
from .pod_worker import equip


class IngressSpawner(KubeSpawner):
    """KubeSpawner that looks after the Dask ingress of each server that runs, also after a start of the hub."""

    ingress: DaskIngress

    async def poll(self):
        status = await super().poll()
        pod = self.pod_reflector.pods.get(f"{self.namespace}/{self.pod_name}") if status is None else None
        # A pod that is going takes its objects along.
        if pod and "deletionTimestamp" not in pod["metadata"] and not self.pending:
            self.ingress.look_after(self, pod)
        return status

    async def get_pod_manifest(self):
        return equip(await super().get_pod_manifest(), self.pvc_name)

    async def delete_forever(self):
        await super().delete_forever()
        if not self.name:
            await self.ingress.forget(self)

    async def _start_reflector(self, kind, *args, **kwargs):
        """Follows a kind of objects. When the first list fails, KubeSpawner gives up, and later takes what has given up for one that follows."""
        plain, key = super()._start_reflector, self._get_reflector_key(kind)

        async def attempt():
            started = await unless_gone(plain(kind, *args, **kwargs))
            first_list = getattr(self.reflectors.get(key), "first_load_future", None)
            if started is None and first_list and first_list.done() and first_list.exception():
                del self.reflectors[key]
            return started

        message = f"the API server has not listed {kind} for {self.k8s_api_request_retry_timeout} s"
        (reflector,) = await exponential_backoff(attempt, message, timeout=self.k8s_api_request_retry_timeout)
        return reflector

    # KubeSpawner repeats these until they are true, but gives up at once when the connection is refused
    # (https://github.com/jupyterhub/kubespawner/blob/7.0.0/kubespawner/spawner.py, _make_create_pod_request).

    async def _make_create_pod_request(self, pod, request_timeout):
        return _true(await unless_gone(super()._make_create_pod_request(pod, request_timeout)))

    async def _make_create_pvc_request(self, pvc, request_timeout):
        return _true(await unless_gone(super()._make_create_pvc_request(pvc, request_timeout)))

    async def _make_delete_pod_request(self, pod_name, delete_options, grace_seconds, request_timeout):
        return _true(await unless_gone(super()._make_delete_pod_request(pod_name, delete_options, grace_seconds, request_timeout)))


def _true(answer) -> bool:
    return answer is not None and answer[0]
