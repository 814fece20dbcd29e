import { bytes, millicores } from "../../capacity/quantity";
import { quotaUsage } from "../../capacity/quota";
import { podAmounts } from "../../capacity/requests";
import { podWorkerOf } from "../../components/hub/pod-worker";
import { demandOf } from "../../components/workloads/demand";
import type { Workload } from "../../components/workloads/workload";
import type { HubSettings } from "../../components/hub/settings";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { CONTAINER_DEFAULTS } from "../../components/tenancy/defaults";
import type { Problem } from "./problems";
import type { Site } from "./schema";
import { workloadsOf } from "./parts";

type Profile = HubSettings["profiles"][number];

/**
 * The site with CPU and memory in every profile. A profile that fills a host gets what the host offers minus what runs on every host,
 * divided by the number of servers that fill it, rounded down to whole millicores and mebibytes.
 */
export function withSizes(site: Site): Site {
  const { profiles } = site.hub;
  if (profiles.every(({ fills }) => fills === undefined)) return site;
  // DaemonSets do not depend on the sizes of user servers, so the sizes that are still missing do no harm.
  const daemons = workloadsOf(site).filter(({ kind }) => kind === "DaemonSet");
  return { ...site, hub: { ...site.hub, profiles: profiles.map((profile) => ({ ...profile, ...shareOf(site, daemons, profile) })) } };
}

/** Problems of profiles whose servers share a host among so many that nothing is left for each. The sizes are those of {@link withSizes}. */
export function emptyShares({ hub }: Site): readonly Problem[] {
  return hub.profiles.flatMap(({ fills, cpu, memory }, index) =>
    fills === undefined || (millicores(cpu) > 0n && bytes(memory) > 0n)
      ? []
      : [
          {
            path: `af:hub.profiles[${index}].fills.servers`,
            message: `found ${fills.servers}; a host of ${fills.pool} has not so much that each gets 1m CPU and 1Mi of memory: lower the number of servers`,
          },
        ],
  );
}

function shareOf(site: Site, daemons: readonly Workload[], { fills }: Profile): Partial<Pick<Profile, "cpu" | "memory">> {
  const host = schedulableHosts(site).find(({ pool }) => pool === fills?.pool);
  if (fills === undefined || host === undefined) return {};
  const taken = quotaUsage({ ...demandOf(daemons, [host], [CONTAINER_DEFAULTS]), claims: [] });
  const { requests: worker } = podAmounts({ containers: [{ resources: { requests: { ...podWorkerOf(site.hub) } } }] });
  const share = (resource: "cpu" | "memory"): bigint =>
    ((host.allocatable[resource] ?? 0n) - (taken[`requests.${resource}`] ?? 0n)) / BigInt(fills.servers) - (worker[resource] ?? 0n);
  return { cpu: `${share("cpu")}m`, memory: `${share("memory") / 2n ** 20n}Mi` };
}
