import { quotaUsage } from "../../capacity/quota";
import { demandOf } from "../../components/workloads/demand";
import type { Workload } from "../../components/workloads/workload";
import type { Hub } from "../../components/hub/settings";
import { schedulableHosts } from "../../components/nodes/schedulable";
import { CONTAINER_DEFAULTS } from "../../components/tenancy/defaults";
import type { Site } from "./schema";
import { rolesOf, workloadsIn } from "./parts";

type Profile = Hub["profiles"][number];

/**
 * The site with a size for every profile: one that is a share of a host gets what the host offers, less what runs on every host, divided by
 * the servers that are to fill it. Rounded down, to whole millicores and mebibytes.
 */
export function withSizes(site: Site): Site {
  const { profiles } = site.hub;
  if (profiles.every(({ fills }) => fills === undefined)) return site;
  // Sizes of user servers do not change what runs on every host.
  const daemons = rolesOf(site)
    .flatMap((role) => workloadsIn(site, role))
    .filter(({ kind }) => kind === "DaemonSet");
  return { ...site, hub: { ...site.hub, profiles: profiles.map((profile) => ({ ...profile, ...shareOf(site, daemons, profile) })) } };
}

function shareOf(site: Site, daemons: readonly Workload[], { fills }: Profile): Partial<Pick<Profile, "cpu" | "memory">> {
  const host = schedulableHosts(site).find(({ pool }) => pool === fills?.pool);
  if (fills === undefined || host === undefined) return {};
  const taken = quotaUsage({ ...demandOf(daemons, [host], [CONTAINER_DEFAULTS]), claims: [] });
  const share = (resource: "cpu" | "memory"): bigint =>
    ((host.allocatable[resource] ?? 0n) - (taken[`requests.${resource}`] ?? 0n)) / BigInt(fills.servers);
  return { cpu: `${share("cpu")}m`, memory: `${share("memory") / 2n ** 20n}Mi` };
}
