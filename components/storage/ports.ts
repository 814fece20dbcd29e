import type { PortRange } from "../tenancy/flows";

/** TCP ports of a Ceph monitor: version 2 and version 1 of its protocol (https://docs.ceph.com/en/latest/rados/configuration/msgr2/). */
export const MONITOR_PORTS = [3300, 6789] as const;

/**
 * TCP ports on which Ceph's daemons other than monitors listen: `ms_bind_port_min` to `ms_bind_port_max`
 * (https://docs.ceph.com/en/latest/rados/configuration/network-config-ref/).
 */
export const DAEMON_PORTS: PortRange = [6800, 7568];

/**
 * TCP port of the Service that Rook makes for the facility's gateways. We chose the port of plain http, as `gateway.port` of the store
 * (https://rook.io/docs/rook/latest-release/CRDs/Object-Storage/ceph-object-store-crd/#gateway-settings).
 */
export const RGW_SERVICE_PORT = 80;

/**
 * TCP port on which a gateway's container listens without TLS
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/object/spec.go, rgwPortInternalPort).
 */
export const RGW_CONTAINER_PORT = 8080;

/**
 * TCP port on which a manager serves metrics (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/cluster/mgr/mgr.go,
 * DefaultMetricsPort).
 */
export const MGR_METRICS_PORT = 9283;

/**
 * TCP port on which the exporter of a host serves metrics of its daemons
 * (https://github.com/rook/rook/blob/v1.20.6/pkg/operator/ceph/cluster/nodedaemon/exporter.go, DefaultMetricsPort).
 */
export const EXPORTER_METRICS_PORT = 9926;
