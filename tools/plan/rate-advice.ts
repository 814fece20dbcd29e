import { rateAnswer, type RateAnswer } from "../../capacity/rates/answer";
import { rateText } from "../../capacity/rates/bit-rate";
import { rateChanges, type RateChange } from "../../capacity/rates/changes";
import type { DataPath } from "../../capacity/rates/path";
import { compare, type Ratio } from "../../capacity/rates/ratio";
import { dataPathOf, storeOfDoors } from "../../policies/capacity/data-path";
import type { Site } from "../../stacks/site/schema";
import { furtherHosts } from "./capacity-advice";
import { edited, longerList, valueEdit, type SiteEdit } from "./site-edits";

/** A change that lifts what limits the data rate, and what it is in the site file. */
export interface RateAdvice extends RateChange {
  readonly edits: readonly SiteEdit[];
}

/**
 * The changes that lift the limit, the smallest first. Each is made in the site, which is read again: only one with which the same comes of the site's own data
 * as did on paper is advised.
 */
export function rateAdvice(site: Site, path: DataPath): readonly RateAdvice[] {
  return rateChanges(path).flatMap((change) => {
    const edits = editsOf(site, path, change.path);
    return edits.length > 0 && sameAnswer(rateAnswer(dataPathOf(edited(site, edits))), change.then) ? [{ ...change, edits }] : [];
  });
}

function sameAnswer(one: RateAnswer, other: RateAnswer): boolean {
  const sameRate = one.rate !== undefined && other.rate !== undefined && compare(one.rate, other.rate) === 0;
  return sameRate && one.verdict === other.verdict && one.limits.join() === other.limits.join();
}

/** What differs between two ways of a site's data, in the words of its file. */
function editsOf(site: Site, before: DataPath, after: DataPath): readonly SiteEdit[] {
  return [
    ...analysisEdits(site, before.analysis, after.analysis),
    ...doorEdits(site, before.doors, after.doors),
    ...cacheEdits(site, before.cache, after.cache),
    ...workerEdits(site, before.workers, after.workers),
  ];
}

function analysisEdits({ data: { analysis } }: Site, before: DataPath["analysis"], after: DataPath["analysis"]): readonly SiteEdit[] {
  const { cores, hits } = analysis ?? {};
  return [
    ...(cores !== undefined && after.cores !== before.cores ? [valueEdit(["data", "analysis", "cores"], Number(after.cores), cores)] : []),
    ...(hits !== undefined && after.hits !== undefined && after.hits !== before.hits
      ? [valueEdit(["data", "analysis", "hits"], Number(after.hits.over) / Number(after.hits.under), hits)]
      : []),
  ];
}

function doorEdits(site: Site, before: DataPath["doors"], after: DataPath["doors"]): readonly SiteEdit[] {
  const store = storeOfDoors(site);
  if (store === undefined || before === undefined || after === undefined) return [];
  const [name, { doors }] = store;
  const steps = ["data", "stores", name, "doors"];
  const further = Number(after.count - before.count);
  const door = (number: number) => ({ name: `another-${number}`, address: "0.0.0.0" });
  return [
    ...(further > 0 ? [longerList([...steps, "hosts"], doors.hosts, further, door)] : []),
    ...rateEdit([...steps, "rates", "link"], before.link, after.link, doors.rates?.link),
  ];
}

function cacheEdits(site: Site, before: DataPath["cache"], after: DataPath["cache"]): readonly SiteEdit[] {
  const { cache } = site.data;
  if (cache.kind !== "xcache" || before.kind !== "own" || after.kind !== "own") return [];
  return before.groups.flatMap((group, index) => {
    const { pool, hosts, disks, nic } = after.groups[index] ?? group;
    const [model] = cache.disks;
    const disk = (number: number) => ({ ...model, path: `${model?.path ?? ""}-${number}` });
    return [
      ...(disks > group.disks ? [longerList(["data", "cache", "disks"], cache.disks, Number(disks - group.disks), disk)] : []),
      ...(hosts > group.hosts ? (furtherHosts(site, pool, Number(hosts - group.hosts)) ?? []) : []),
      ...rateEdit(["nodes", pool, "rates", "nic"], group.nic, nic, site.nodes[pool]?.rates?.nic),
    ];
  });
}

function workerEdits({ nodes, batch }: Site, before: DataPath["workers"], after: DataPath["workers"]): readonly SiteEdit[] {
  const network = batch.kind === "htcondor" ? batch.pool.network : undefined;
  const [linkBefore, linkAfter] = [before.link, after.link].map((link) => (link === "inside" ? undefined : link));
  return [
    ...rateEdit(["batch", "pool", "network", "link"], linkBefore, linkAfter, network?.link),
    ...before.groups.flatMap((group, index) =>
      before.link === "inside"
        ? rateEdit(["nodes", group.name, "rates", "nic"], group.nic, after.groups[index]?.nic, nodes[group.name]?.rates?.nic)
        : rateEdit(["batch", "pool", "network", "nic"], group.nic, after.groups[index]?.nic, network?.nic),
    ),
  ];
}

/** Another rate in the place of one that is stated. */
function rateEdit(
  steps: SiteEdit["steps"],
  before: Ratio | undefined,
  after: Ratio | undefined,
  stated: string | undefined,
): readonly SiteEdit[] {
  return stated === undefined || after === undefined || after === before ? [] : [valueEdit(steps, rateText(after), stated)];
}
