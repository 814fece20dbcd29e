import { EXCEPTIONS_TO_RIGHTS } from "./exceptions-to-rights";
import { EXCEPTIONS_TO_ROOT } from "./exceptions-to-root";
import { UNNAMED_FACILITY, type FacilityMade } from "./facility-made";
import { is, type KubernetesObject } from "./model/objects";
import { cephDaemon, csiPlugin, NODE_EXPORTER, OSD_PREPARE, SPEAKER } from "./privileged-programs";
import { chartObject, namespaceOf, type StandingException } from "./standing-exception";

/** Folders on a host in which Rook keeps the data of the production cluster and of the experimental one. */
const CEPH_FOLDERS = ["/var/lib/rook", "/var/lib/rook-skyhook"];
const logsBelow = (folder: string): readonly string[] => [`${folder}/{namespace}/log`, `${folder}/{namespace}/crash`];
/** Folders in which daemons of Ceph keep logs and crash reports. */
const CEPH_LOGS = CEPH_FOLDERS.flatMap(logsBelow);
/** Folders on a host that both plugins of Ceph CSI see: devices, and the modules of the kernel that speak to Ceph. */
const CSI_FOLDERS = ["/dev", "/sys", "/lib/modules"];
/** The drivers of Ceph CSI, with the reasons for what their node plugins need. */
const CSI_DRIVERS = [
  {
    driver: "rbd",
    shares: ["hostNetwork", "hostPID"],
    folders: [],
    maps: "it maps block devices and mounts them",
    outlives: "a mapped image must outlive the plugin's pod, so its connections and processes belong to the host",
  },
  {
    driver: "cephfs",
    shares: ["hostNetwork"],
    folders: ["/var/lib/kubelet/plugins/{namespace}.cephfs.csi.ceph.com/mountinfo"],
    maps: "it mounts file systems on the host",
    outlives: "a mounted file system must outlive the plugin's pod, so its connections belong to the host",
  },
];

/**
 * What upstream software needs beyond the rules; docs/sources.md, Policies, says where each need is in its source. A test refuses an exception that no site can
 * need.
 */
export const EXCEPTIONS: readonly StandingException[] = [
  {
    rule: "no-host-namespaces",
    of: SPEAKER,
    allows: ["hostNetwork"],
    because: "it answers ARP for service addresses on the host's own interfaces",
  },
  {
    rule: "pods-keep-off-control-planes",
    of: SPEAKER,
    allows: ["control-plane"],
    because: "any host may have to answer for an address, and a cluster may have no others",
  },
  { rule: "no-added-capabilities", of: SPEAKER, allows: ["NET_RAW"], because: "ARP is sent through raw sockets" },
  {
    rule: "no-host-namespaces",
    of: NODE_EXPORTER,
    allows: ["hostNetwork", "hostPID"],
    because: "it reports the host's network and processes, not its own",
  },
  {
    rule: "pods-keep-off-control-planes",
    of: NODE_EXPORTER,
    allows: ["control-plane"],
    because: "hosts of the control plane are watched like all others",
  },
  { rule: "no-host-paths", of: NODE_EXPORTER, allows: ["/proc", "/sys", "/"], because: "these are what it reads metrics from" },
  ...CSI_DRIVERS.flatMap(({ driver, shares, folders, maps, outlives }) => {
    const of = csiPlugin("DaemonSet", driver, "nodeplugin");
    return [
      { rule: "no-host-namespaces", of, allows: shares, because: outlives },
      { rule: "no-privileged-containers", of, allows: [`csi-${driver}plugin`], because: maps },
      { rule: "no-added-capabilities", of, allows: ["SYS_ADMIN"], because: maps },
      {
        rule: "no-privileged-containers",
        of,
        allows: ["driver-registrar"],
        because: "on hosts with SELinux no other container may open the socket of the privileged plugin",
      },
      {
        rule: "no-host-paths",
        of,
        allows: [
          ...CSI_FOLDERS,
          "/run/mount",
          "/var/lib/kubelet/pods",
          "/var/lib/kubelet/plugins",
          `/var/lib/kubelet/plugins/{namespace}.${driver}.csi.ceph.com`,
          "/var/lib/kubelet/plugins_registry",
          ...folders,
        ],
        because: "the kubelet looks for the driver's socket and for the mounted volumes there",
      },
      {
        rule: "no-host-paths",
        of: csiPlugin("Deployment", driver, "ctrlplugin"),
        allows: CSI_FOLDERS,
        because: "it maps an image itself where a volume is made from another",
      },
    ];
  }),
  { rule: "no-privileged-containers", of: OSD_PREPARE, allows: ["provision"], because: "it makes an OSD of a raw device of its host" },
  {
    rule: "no-host-paths",
    of: OSD_PREPARE,
    allows: [...CEPH_LOGS, ...CEPH_FOLDERS, "/dev", "/run/udev", "/"],
    because: "the disks are the host's, and so are the tools for logical volumes that it looks for",
  },
  { rule: "no-privileged-containers", of: cephDaemon("osd"), allows: ["osd"], because: "an OSD opens raw devices of its host" },
  {
    rule: "no-host-paths",
    of: cephDaemon("osd"),
    allows: [...CEPH_LOGS, ...CEPH_FOLDERS, "/dev", "/run/udev"],
    because: "its disks are the host's, and it finds them through udev",
  },
  {
    rule: "no-host-paths",
    of: cephDaemon("mon"),
    allows: [...CEPH_LOGS, ...CEPH_FOLDERS.map((folder) => `${folder}/mon-{id}/data`)],
    because: "a mon's data must be there before any storage is",
  },
  ...["mgr", "crashcollector", "exporter", "rgw", "mds"].map((kind) => ({
    rule: "no-host-paths",
    of: cephDaemon(kind),
    // A gateway and a metadata server are judged without their cluster, with the folder that Rook has unless told otherwise.
    allows: ["rgw", "mds"].includes(kind) ? logsBelow("/var/lib/rook") : CEPH_LOGS,
    because: "logs and crash reports of all daemons of a host lie together, so that one of them can collect the rest",
  })),
  {
    rule: "tokens-are-for-who-uses-them",
    of: chartObject("flux2", "Job", "{release}-flux-check"),
    allows: ["automountServiceAccountToken"],
    because: "it asks the API server for its version once, which needs a token and no role",
  },
  {
    rule: "namespaces-set-pod-security",
    of: namespaceOf("metallb"),
    allows: ["privileged"],
    because: "speakers use the host's network",
  },
  {
    rule: "namespaces-set-pod-security",
    of: namespaceOf("monitoring"),
    allows: ["privileged"],
    because: "node-exporter reads the host",
  },
  ...["rook", "skyhook"].map((role) => ({
    rule: "namespaces-set-pod-security",
    of: namespaceOf(role),
    allows: ["privileged"],
    because: "OSDs and CSI node plugins use the host's disks",
  })),
  {
    rule: "routes-use-tls",
    of: chartObject("dask-gateway", "IngressRoute", "api-{release}"),
    allows: ["no TLS"],
    because:
      "the chart puts the gateway's API on an entry point without TLS and has no value for one; user servers ask there, and people ask the hub, which has TLS",
  },
  ...EXCEPTIONS_TO_ROOT,
  ...EXCEPTIONS_TO_RIGHTS,
];

/** An exception that applies, and the subject in it that is used. */
export interface Allowance {
  readonly exception: StandingException;
  readonly allowed: string;
}

/**
 * The standing exception that allows a subject of a rule on an object; undefined if there is none.
 * @param made what the facility itself makes: nothing else has an exception.
 */
export function exceptionFor(
  rule: string,
  object: KubernetesObject,
  subject: string | undefined,
  exceptions: readonly StandingException[] = EXCEPTIONS,
  made: FacilityMade = UNNAMED_FACILITY,
): Allowance | undefined {
  if (subject === undefined) return undefined;
  for (const exception of exceptions.filter((candidate) => candidate.rule === rule)) {
    const names = namesIn(exception, object, made);
    const allowed = names && exception.allows.find((entry) => filled(entry, names) === subject);
    if (allowed !== undefined) return { exception, allowed };
  }
  return undefined;
}

/** The values of the placeholders if the exception is about this object; undefined if it is not. */
function namesIn({ of }: StandingException, object: KubernetesObject, made: FacilityMade): Readonly<Record<string, string>> | undefined {
  switch (of.kind) {
    case "chart": {
      if (object.origin?.chart !== of.chart || object.kind !== of.object) return undefined;
      if (of.at !== undefined && filled(of.at, made.names) !== object.namespace) return undefined;
      if (!made.installs(object.origin, of.at === undefined ? object.namespace : undefined)) return undefined;
      return withId(of.name, object.name, { ...made.names, release: object.origin.release, namespace: object.namespace });
    }
    case "own": {
      if (object.origin !== undefined || object.kind !== of.object) return undefined;
      if (of.role === undefined ? object.namespace !== "" : !made.isNamespaceOf(of.role, object.namespace)) return undefined;
      return withId(of.name, object.name, { ...made.names, namespace: object.namespace });
    }
    case "namespace": {
      const labels: unknown = is(object, "v1", "Namespace") ? object.root.at("metadata", "labels").raw() : undefined;
      const role: unknown = typeof labels === "object" && labels !== null ? Reflect.get(labels, "analysis-facility/role") : undefined;
      return role === of.role && made.isNamespaceOf(of.role, object.name) ? {} : undefined;
    }
  }
}

/** The values of the placeholders with that of `{id}`, if the name is of the pattern; undefined if it is not. */
function withId(pattern: string, name: string, names: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  const [head = "", tail] = filled(pattern, names).split("{id}");
  if (tail === undefined) return name === head ? names : undefined;
  const id = name.slice(head.length, name.length - tail.length);
  return id !== "" && name === head + id + tail ? { ...names, id } : undefined;
}

function filled(text: string, names: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{([\w-]+)\}/g, (placeholder, name: string) => names[name] ?? placeholder);
}
