import { amountText, unitOf } from "../../policies/figures";
import { styled, table } from "../text";
import type { Answer, CapacityProof } from "./capacity";
import { hostUse, share, type HostUse } from "./host-use";

/** How many of the tightest hosts people are shown. */
const TIGHTEST = 5;

/** The capacity proof for people: a line a question, what is left out and what would help, and the tightest hosts. */
export function capacityLines({ facility, answers, uncounted }: CapacityProof): readonly string[] {
  const hosts = facility && answers.length > 0 ? hostUse(facility).slice(0, TIGHTEST) : [];
  return [
    ...table(["will it fit", "verdict", "need", "have", "margin", "note"], answers.map(answerRow), ["need", "have", "margin"]),
    ...answers.filter(({ question }) => question === "everything").flatMap(detailLines),
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

function detailLines({ left, changes }: Answer): readonly string[] {
  return [
    ...left.map((text) => styled("red", `  no place for ${text}`)),
    ...changes.map((change, index) => `  ${index === 0 ? "smallest change" : "or"}: ${change}`),
  ];
}

function hostRow({ host, pool, used, of, tightest }: HostUse): readonly string[] {
  const amounts = (["cpu", "memory"] as const).flatMap((resource) =>
    [used[resource], of[resource]].map((amount) => amountText(unitOf(resource), amount)),
  );
  return [host, pool, ...amounts, String(used.pods), `${tightest} ${Math.round(share({ used, of }, tightest) * 100)} %`];
}
