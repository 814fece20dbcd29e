import { groupKindOf, objectOf } from "./change";
import { fieldOf } from "./field-owners";
import type { StateResource } from "./state";

/**
 * What the facility keeps on the disks of one host, and the way on if they are empty, a text for each; none for a host on whose disks there is
 * nothing.
 * @param host name of its Node.
 * @param resources all resources of the stack.
 */
export function disksOf(host: string, resources: readonly StateResource[]): readonly string[] {
  return resources.flatMap((resource) => {
    switch (groupKindOf(resource)) {
      case "ceph.rook.io/CephCluster":
        return osds(host, resource);
      case "/PersistentVolume":
        return localVolume(host, resource);
      default:
        return [];
    }
  });
}

/** https://rook.io/docs/rook/latest-release/Storage-Configuration/Advanced/ceph-osd-mgmt/ */
function osds(host: string, cluster: StateResource): readonly string[] {
  const node = listAt(cluster.inputs, ["spec", "storage", "nodes"]).find((each) => fieldOf(each, "name") === host);
  if (node === undefined) return [];
  const name = objectOf(cluster);
  return [
    `its disks are OSDs of ${name}: left as they were, Rook takes them up again once the host is labelled; if they are empty, their copies are lost, ` +
      `and the old OSDs are taken out of Ceph by hand before Rook makes new ones (docs/operations.md). Touch no other host of Ceph until HEALTH_OK`,
  ];
}

/** A volume stays bound to its claim whatever becomes of its host: https://kubernetes.io/docs/concepts/storage/volumes/#local */
function localVolume(host: string, volume: StateResource): readonly string[] {
  const at = ["spec", "local", "path"].reduce(fieldOf, volume.inputs as unknown);
  const terms = listAt(volume.inputs, ["spec", "nodeAffinity", "required", "nodeSelectorTerms"]);
  const hosts = terms.flatMap((term) => listAt(term, ["matchExpressions"])).flatMap((each) => listAt(each, ["values"]));
  if (typeof at !== "string" || !hosts.includes(host)) return [];
  return [
    `${objectOf(volume)} stays bound to its claim: mount a file system at ${at} again, or its pod does not start; what the cache held there is fetched from ` +
      `its origin again`,
  ];
}

function listAt(value: unknown, steps: readonly string[]): readonly unknown[] {
  const found = steps.reduce(fieldOf, value);
  return Array.isArray(found) ? found : [];
}
