import { amountText, unitOf } from "../../policies/model/figures";
import { table } from "../../terminal/table";
import { styled } from "../../terminal/text";
import type { Refusal } from "../../capacity/packing/reasons";
import type { PackFacility } from "../../policies/capacity/pack-facility";
import { CHANGES, type CapacityAnswer, type CapacityProof } from "./capacity";
import { hostsByPool, whoAllWait, type Wait } from "./waits";
import { hostUse, usedShareOfHost, type HostUse } from "./host-use";

/** How many of the tightest hosts are shown. */
const TIGHTEST = 5;

/** How many of the workloads that wait are shown. */
const NAMED = 4;

/** Lines about the capacity proof for people: one for each question, who waits, what would help, and the tightest hosts. */
export function capacityLines({ facility, answers, uncounted }: CapacityProof): readonly string[] {
  const hosts = facility && answers.length > 0 ? hostUse(facility).slice(0, TIGHTEST) : [];
  return [
    ...table(["will it fit", "verdict", "need", "have", "margin", "note"], answers.map(answerRow), ["need", "have", "margin"]),
    ...answers.flatMap((answer) => detailLines(answer, facility)),
    ...uncounted.map((name) => styled("red", `  not counted, because it cannot be read: ${name}`)),
    styled(
      "dim",
      "  Ceph after losing a rack and load-balancer addresses: rules of the quotas pack (ceph-can-recover, load-balancers-have-addresses)",
    ),
    "",
    ...table(["tightest hosts", "pool", "cpu", "of", "memory", "of", "pods", "tight"], hosts.map(hostRow), [
      "cpu",
      "memory",
      "pods",
      "tight",
    ]),
  ];
}

function answerRow({ about, verdict, unit, need, have, note }: CapacityAnswer): readonly string[] {
  return [about, verdict, String(need), String(have), `${have - need} ${unit}`, note];
}

/** Who waits, why on which hosts, and what helps. For what has not happened, such as a lost host, only the most helpful change is said. */
function detailLines({ question, about, waits, changes }: CapacityAnswer, facility: PackFacility | undefined): readonly string[] {
  if (question !== "everything") return changes(1).map((change) => `  ${about}: ${change}`);
  return [
    ...alike(waits.slice(0, NAMED)).flatMap((group) => [
      waitLine(group),
      ...group.flatMap(({ reasons }) => reasons.map((refusal) => `    ${reasonText(refusal, facility)}`)),
    ]),
    ...(waits.length > NAMED ? [`  and ${waits.length - NAMED} more (--json lists them)`] : []),
    ...changes(CHANGES).map((change, index) => `  ${index === 0 ? "smallest change" : "or"}: ${change}`),
  ];
}

/** Workloads about which the same line is said: those that follow one another, wait as surely, and have no reasons of their own. */
function alike(waits: readonly Wait[]): readonly (readonly [Wait, ...Wait[]])[] {
  const groups: [Wait, ...Wait[]][] = [];
  for (const wait of waits) {
    const last = groups.at(-1);
    if (last?.[0].verdict === wait.verdict && last[0].reasons.length + wait.reasons.length === 0) last.push(wait);
    else groups.push([wait]);
  }
  return groups;
}

function waitLine(waits: readonly [Wait, ...Wait[]]): string {
  const [{ verdict }] = waits;
  return styled(verdict === "does not fit" ? "red" : "yellow", `  ${whoAllWait(verdict, waits)}`);
}

function reasonText({ reason, hosts }: Refusal, facility: PackFacility | undefined): string {
  return `${reason}: ${hostsByPool(hosts, facility)
    .map(({ pool, members }) => `${pool} (${members.length})`)
    .join(", ")}`;
}

function hostRow({ host, pool, used, of, tightest }: HostUse): readonly string[] {
  const amounts = (["cpu", "memory"] as const).flatMap((resource) =>
    [used[resource], of[resource]].map((amount) => amountText(unitOf(resource), amount)),
  );
  return [host, pool, ...amounts, String(used.pods), `${tightest} ${Math.round(usedShareOfHost({ used, of }, tightest) * 100)} %`];
}
