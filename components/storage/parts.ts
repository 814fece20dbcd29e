import type { StorageFacts } from "./facts";
import { cephCsiDrivers } from "../charts/ceph-csi-drivers";
import { rookCeph } from "../charts/rook-ceph";
import { choose } from "../choose";
import { part, type ConcernParts, type Part } from "../parts";
import { toApiServer } from "../platform/parts";
import { blockPart, cephPart } from "./ceph-parts";
import { externalCephPart, externalObjectStorePart } from "./external-parts";
import { objectStorePart, s3RoutePart } from "./object-store-part";
import { CSI_OPERATOR, csiControllers, ROOK_OPERATOR } from "./pods";
import { driversOf, type ExternalStorage, type RookStorage, type StorageSettings } from "./settings";
import { csiDriversValues, rookValues } from "./values";

/** The parts of storage that a site has. */
export interface StorageParts extends ConcernParts {
  /** Rook and its CSI drivers. */
  readonly operators?: Part;
  readonly ceph?: Part;
  readonly block?: Part;
  readonly objectStore?: Part;
  /** The public host name of the facility's own gateways. */
  readonly s3Route?: Part;
}

/** The parts of storage that a site has. */
export function storageParts(storage: StorageSettings, facts: StorageFacts): StorageParts {
  return choose(storage, {
    rook: (settings) => ownCephParts(settings, facts),
    external: (settings) => externalCephParts(settings, facts),
    existing: () => ({}),
  });
}

function ownCephParts(settings: RookStorage, facts: StorageFacts): StorageParts {
  return {
    operators: operatorsPart(settings, facts),
    ceph: cephPart(settings, facts),
    block: blockPart(settings, facts),
    ...choose(settings.objectStore, {
      rgw: (rgw) => ({ objectStore: objectStorePart(settings, rgw, facts), s3Route: s3RoutePart(rgw, facts) }),
      none: () => ({}),
    }),
  };
}

function externalCephParts(settings: ExternalStorage, facts: StorageFacts): StorageParts {
  return {
    operators: operatorsPart(settings, facts),
    ceph: externalCephPart(settings, facts),
    ...choose(settings.objectStore, { rgw: (rgw) => ({ objectStore: externalObjectStorePart(rgw, facts) }), none: () => ({}) }),
  };
}

/** Rook and its CSI drivers, in the order in which they have to be installed. */
function operatorsPart(settings: RookStorage | ExternalStorage, { nodes, namespace }: StorageFacts): Part {
  const taints = Object.values(nodes).flatMap((pool) => pool.taints);
  return part("rook", {
    releases: {
      "rook-ceph": { chart: rookCeph, release: "rook-ceph", values: rookValues() },
      "ceph-csi-drivers": {
        chart: cephCsiDrivers,
        release: "ceph-csi-drivers",
        values: csiDriversValues(namespace, taints, driversOf(settings)),
      },
    },
    flows: [toApiServer("rook")],
    pods: [ROOK_OPERATOR, CSI_OPERATOR, ...csiControllers(namespace, settings)],
  });
}
