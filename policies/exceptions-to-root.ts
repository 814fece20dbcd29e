import { cephDaemon, csiPlugin, NODE_EXPORTER, OSD_PREPARE, SPEAKER } from "./privileged-programs";
import { chartObject, ownObject, type StandingException } from "./standing-exception";

const RULE = "root-is-for-known-programs";
/** What a program leaves open that says nothing of its user. */
const UNSAID = ["runAsNonRoot", "allowPrivilegeEscalation"];

/** Programs of charts that set no security contexts. Their images have users of their own, which the charts do not name. */
const UNSAYING: readonly (readonly [chart: string, kind: string, name: string])[] = [
  ...["servicex-app", "code-gen-{id}", "did-finder-{id}"].map((name) => ["servicex", "Deployment", `{release}-${name}`] as const),
  ...["postgresql", "rabbitmq"].map((name) => ["servicex", "StatefulSet", `{release}-${name}`] as const),
  ...["api", "controller", "traefik"].map((name) => ["dask-gateway", "Deployment", `${name}-{release}`] as const),
];

/** Programs in namespaces of the levels baseline and privileged that are root, or say nothing that keeps them from it. */
export const EXCEPTIONS_TO_ROOT: readonly StandingException[] = [
  { rule: RULE, of: SPEAKER, allows: ["runAsNonRoot"], because: "raw sockets are root's, or a capability's that no other user keeps" },
  {
    rule: RULE,
    of: NODE_EXPORTER,
    allows: ["allowPrivilegeEscalation"],
    because: "the chart leaves the field out; the program is not root",
  },
  ...["rbd", "cephfs"].flatMap((driver) =>
    [csiPlugin("DaemonSet", driver, "nodeplugin"), csiPlugin("Deployment", driver, "ctrlplugin")].map((of) => ({
      rule: RULE,
      of,
      allows: UNSAID,
      because: "plugins map images and mount file systems, and share a socket that is root's",
    })),
  ),
  ...["mon", "mgr", "crashcollector", "exporter", "rgw", "mds"].map((kind) => ({
    rule: RULE,
    of: cephDaemon(kind),
    allows: UNSAID,
    because: "daemons of Ceph start as root, take their folders and change to the user of Ceph themselves",
  })),
  ...[cephDaemon("osd"), OSD_PREPARE].map((of) => ({
    rule: RULE,
    of,
    allows: [...UNSAID, "runAsUser"],
    because: "only root opens the raw devices of a host",
  })),
  {
    rule: RULE,
    of: chartObject("rook-ceph", "Job", "rook-ceph-detect-version"),
    allows: UNSAID,
    because: "Rook runs the image of Ceph once as it is, to ask for its version",
  },
  {
    rule: RULE,
    of: chartObject("rook-ceph", "Deployment", "rook-ceph-operator"),
    allows: ["allowPrivilegeEscalation"],
    because: "the chart leaves the field out; the program is not root",
  },
  ...UNSAYING.map((program) => ({
    rule: RULE,
    of: chartObject(...program),
    allows: UNSAID,
    because: "the chart sets no security contexts and has no values for them; the level of the namespace bounds what root may do there",
  })),
  // Caches and the redirector before them run one image.
  ...[ownObject("data", "StatefulSet", "xcache-{id}"), ownObject("data", "Deployment", "xcache-redirector")].map((of) => ({
    rule: RULE,
    of,
    allows: UNSAID,
    because: "the image of XCache starts as root, takes its folders and changes to the user of XRootD itself",
  })),
];
