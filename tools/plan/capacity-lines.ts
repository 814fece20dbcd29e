import { amountText, unitOf } from "../../policies/model/figures";
import { styled, table } from "../text";
import type { Refusal } from "../../capacity/packing/reasons";
import type { PackFacility } from "../../policies/capacity/pack-facility";
import { CHANGES, type Answer, type CapacityProof } from "./capacity";
import { hostsByPool, whoWaits, type Wait } from "./waits";
import { hostUse, share, type HostUse } from "./host-use";

/** How many of the tightest hosts people are shown. */
const TIGHTEST = 5;

/** How many workloads that wait they are shown. */
const NAMED = 4;

/** The capacity proof for people: a line a question, what is left out and what would help, and the tightest hosts. */
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

function answerRow({ about, verdict, unit, need, have, note }: Answer): readonly string[] {
  return [about, verdict, String(need), String(have), `${have - need} ${unit}`, note];
}

/** Who waits, why on which hosts, and what helps; of what is only feared, such as a lost host, what helps most. */
function detailLines({ question, about, waits, changes }: Answer, facility: PackFacility | undefined): readonly string[] {
  if (question !== "everything") return changes(1).map((change) => `  ${about}: ${change}`);
  return [
    ...waits.slice(0, NAMED).flatMap((wait) => [waitLine(wait), ...wait.reasons.map((refusal) => `    ${reasonText(refusal, facility)}`)]),
    ...(waits.length > NAMED ? [`  and ${waits.length - NAMED} more (--json lists them)`] : []),
    ...changes(CHANGES).map((change, index) => `  ${index === 0 ? "smallest change" : "or"}: ${change}`),
  ];
}

function waitLine(wait: Wait): string {
  return styled(wait.verdict === "does not fit" ? "red" : "yellow", `  ${whoWaits(wait)}`);
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
  return [host, pool, ...amounts, String(used.pods), `${tightest} ${Math.round(share({ used, of }, tightest) * 100)} %`];
}
