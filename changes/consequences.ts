import { groupKindOf, objectOf, serviceOf, subject, type Change, type ResourceChange } from "./change";
import { type Consequence, UNNOTICED, worse } from "./effects";
import type { FieldChange } from "./difference";
import { hostLoss, loss } from "./losses";
import { signingKeys } from "./signing-keys";
import { FIXED } from "./replaced-fields";
import { restarts } from "./restarts";
import { sizes } from "./sizes";

/** Everything that is known about what changes do; the worst of it counts. */
const QUESTIONS: readonly ((change: ResourceChange) => Consequence)[] = [
  loss,
  hostLoss,
  restarts,
  sizes,
  signingKeys,
  fixed,
  ceph,
  addresses,
  quotas,
];

/** A change with its service, its object and what it does. */
export function withConsequence(change: ResourceChange): Change {
  const resource = subject(change);
  const consequence = QUESTIONS.map((ask) => ask(change)).reduce(worse, UNNOTICED);
  return {
    ...consequence,
    action: change.action,
    service: serviceOf(resource),
    object: objectOf(resource),
    fields: change.fields.filter(({ path }) => !FOLLOWS.test(path)),
  };
}

/** Fields that follow from others, such as the digest of a changed configuration. What they do is told, they themselves are not. */
const FOLLOWS = /\["checksum\/[\w-]+"\]$|checksum\/[\w-]+$/;

/** Fields that cannot change once the object is there. */
function fixed({ action, fields, ...rest }: ResourceChange): Consequence {
  if (action !== "update") return UNNOTICED;
  const kind = groupKindOf(subject({ action, fields, ...rest }));
  return fields
    .flatMap(({ path }) =>
      FIXED.filter((each) => each.kind === kind && each.path.test(path)).map(({ refused }): Consequence => ({
        ...UNNOTICED,
        refused: `${path}: ${refused}`,
      })),
    )
    .reduce(worse, UNNOTICED);
}

/** What Rook and Ceph do with a living cluster whose description changes. */
function ceph(change: ResourceChange): Consequence {
  if (change.action !== "update" || !/^ceph\.rook\.io\//.test(groupKindOf(subject(change)) ?? "")) return UNNOTICED;
  return change.fields.map(cephField).reduce(worse, UNNOTICED);
}

function cephField({ path, before, after }: FieldChange): Consequence {
  if (/^spec\.storage\.nodes\b/.test(path) && after === undefined)
    return {
      effect: "data at risk",
      because:
        "Rook leaves the OSD of a disk or a host that goes; its copies are only moved if somebody takes the OSD out and waits for HEALTH_OK",
      reversible: false,
    };
  if (/failureDomain$/.test(path))
    return {
      effect: "none",
      because: `Ceph moves the copies of all data from one ${String(before)} each to one ${String(after)} each`,
      reversible: true,
    };
  if (/\.replicated\.size$/.test(path) && Number(after) < Number(before))
    return { effect: "data at risk", because: `${String(after)} copies in place of ${String(before)}`, reversible: true };
  if (/^spec\.(cephVersion|resources|placement|priorityClassNames)\b/.test(path))
    return {
      effect: "pods restart",
      because: "Rook restarts the daemons one after another, each only while the others hold all data",
      reversible: path !== "spec.cephVersion.image",
    };
  return UNNOTICED;
}

/** Addresses that move, which clients and DNS know. */
function addresses(change: ResourceChange): Consequence {
  const moved = change.fields.filter(({ path }) => /loadBalancerIPs?\b|metallb\.io\/|externalIPs/.test(path));
  if (moved.length === 0) return UNNOTICED;
  const shown = (value: unknown) => (typeof value === "string" ? value : "none");
  return {
    effect: serviceOf(subject(change)) === "platform" ? "Dask connections cut" : "user sessions cut",
    because: moved
      .map(({ before, after }) => `the address ${shown(before)} becomes ${shown(after)}: open connections end, and DNS must follow`)
      .join("; "),
    reversible: true,
  };
}

/** Quotas that become smaller: what runs stays, what is new may be refused. */
function quotas(change: ResourceChange): Consequence {
  if (groupKindOf(subject(change)) !== "/ResourceQuota" || change.action === "delete") return UNNOTICED;
  return change.action === "create" || change.fields.length > 0
    ? { effect: "none", because: "pods that run stay; a new pod beyond the quota is refused", reversible: true }
    : UNNOTICED;
}
