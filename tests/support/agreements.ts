import { KNOWN_IMAGES, type Agreements } from "./agreements/agreement";
import { FNAL } from "./agreements/fnal";
import { NAMESPACES } from "./agreements/namespaces";
import { OUTSIDE } from "./agreements/outside";
import { UNL } from "./agreements/unl";

/** Who must agree on a setting, by site and path. */
export const AGREEMENTS = {
  unl: { ...UNL, ...NAMESPACES },
  fnal: FNAL,
  outside: OUTSIDE,
  alerts: {
    "monitoring.alerts.relay.host": { must: ["chart kube-prometheus-stack: alertmanager.config"] },
    "monitoring.alerts.relay.port": { must: ["chart kube-prometheus-stack: alertmanager.config", "NetworkPolicy monitoring: egress"] },
  },
  dns01: { "platform.certificates.solver.selfCheck.nameservers.0": { must: ["chart cert-manager: dns01RecursiveNameservers"] } },
  skyhook: { "skyhook.image": { must: ["CephCluster rook-ceph-skyhook/skyhook: spec.cephVersion.image", KNOWN_IMAGES] } },
} as const satisfies Readonly<Record<string, Agreements>>;

/** Settings of these types that no object need repeat, and why. */
export const NOWHERE: Readonly<Record<string, string>> = {
  "site.domain": "names are written in full, each at its service",
  "tenancy.leaveAlone.*": "these namespaces are somebody else's; names of the facility's are compared with them",
  "platform.loadBalancer.addresses.*": "the load balancer is somebody else's; addresses that services ask for are compared with them",
  "hub.profiles.*.fills.pool": "the size of a server follows from it, not the place",
  "data.cache.local": "a name for a store within the site file; the name of that store's redirector is what reaches the cache",
  "skyhook.pool": "hosts are selected by a pool's name; another name is another pool",
};
