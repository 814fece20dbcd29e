import type { PortRange } from "../tenancy/flows";

/** Ports of a Ceph monitor by protocol (https://docs.ceph.com/en/latest/rados/configuration/msgr2/). */
export const MONITOR_PORTS = [3300, 6789] as const;

/** Where Ceph's daemons other than monitors listen: `ms_bind_port_min` to `ms_bind_port_max` (https://docs.ceph.com/en/latest/rados/configuration/network-config-ref/). */
export const DAEMON_PORTS: PortRange = [6800, 7568];

/** Port of the Service that Rook puts before our gateways: ours to choose, as `gateway.port` of the store (https://rook.io/docs/rook/latest-release/CRDs/Object-Storage/ceph-object-store-crd/#gateway-settings). */
export const RGW_SERVICE_PORT = 80;

/** Port on which a gateway's container listens where it speaks no TLS (https://github.com/rook/rook, pkg/operator/ceph/object/spec.go, rgwPortInternalPort). */
export const RGW_CONTAINER_PORT = 8080;
