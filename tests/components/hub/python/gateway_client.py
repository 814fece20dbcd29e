"""A notebook's real client: asks the gateway for more clusters and workers than a user may have, and gives them back."""

import asyncio
import json
import sys

from dask_gateway import Gateway


async def main():
    given = json.load(sys.stdin)
    async with Gateway(asynchronous=True) as gateway:
        options = list(await gateway.cluster_options())
        answers = await asyncio.gather(*[gateway.new_cluster() for _ in range(given["ask"])], return_exceptions=True)
        clusters = [answer for answer in answers if not isinstance(answer, BaseException)]
        refusals = [str(answer) for answer in answers if isinstance(answer, BaseException)]
        workers = []
        if clusters:
            await clusters[0].scale(given["workers"])
            async with await clusters[0].get_client(set_as_default=False) as client:
                for _ in range(100):
                    workers.append(len(await client.nthreads()))
                    if workers[-1] == given["most"]:
                        break
                    await asyncio.sleep(0.2)
                # One more would come within the gateway's next look.
                await asyncio.sleep(given["settle"])
                workers.append(len(await client.nthreads()))
                result = await client.submit(sum, [1, 2, 3])
        await clusters[-1].shutdown()
        again = await gateway.new_cluster()
        running = len(await gateway.list_clusters())
        for cluster in [again, *clusters[:-1]]:
            await cluster.shutdown()
        print(
            json.dumps(
                {
                    "options": options,
                    "made": len(clusters),
                    "refusals": sorted(set(refusals)),
                    "workers": workers[-1],
                    "result": result,
                    "running": running,
                    "left": len(await gateway.list_clusters()),
                }
            )
        )


asyncio.run(main())
