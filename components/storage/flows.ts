import type { Flow, PortRange } from "../tenancy/flows";
import type { Storage } from "./settings";

/** Where Ceph's daemons other than monitors listen: `ms_bind_port_min` to `ms_bind_port_max` of Ceph's own configuration. */
const DAEMONS: PortRange = [6800, 7568];

/** Ways out of the cluster to somebody else's Ceph: for Rook, for the drivers' controllers, and for whoever keeps objects there. */
export function storageFlows(storage: Storage): readonly Flow[] {
  if (storage.kind !== "external") return [];
  const { monitors, objectStore } = storage;
  const gateways = objectStore.kind === "rgw" ? [objectStore.port] : [];
  return [
    { from: "rook", to: "anywhere", ports: [monitors.port, DAEMONS, ...gateways] },
    ...(gateways.length > 0 ? [{ from: "servicex", to: "anywhere", ports: gateways } as const] : []),
  ];
}
