import { choose } from "../../components/choose";
import { overlap } from "../../components/fields";
import { hostsOf } from "../../components/nodes/settings";
import { networksOf } from "../../components/platform/settings";
import type { ExternalStorage } from "../../components/storage/settings";
import { disksOf, isById } from "./disks";
import { publicNames } from "./public-names";
import { spell, type Problem } from "./problems";
import type { Site } from "./schema";

/** A site of the project, with what its stack file says beside the settings. */
export interface SiteInProject {
  readonly site: Site;
  /** Salt or wrapped key with which the site's secrets are encrypted; undefined if the file has no secret yet. */
  readonly encryption: string | undefined;
}

/** Something that only one site of the project may use. */
interface Claim {
  readonly path: string;
  /** Identity of the claimed thing; two claims with equal keys collide. */
  readonly key: string;
  /** The claim in words, e.g. `host node1`. */
  readonly what: string;
}

/**
 * Problems of what two sites of the project must not share: hosts, disks, pools of a Ceph, public names and addresses, and the key of their
 * secrets. Networks inside a cluster may be the same at all sites.
 */
export function collisions({ site, encryption }: SiteInProject, others: readonly SiteInProject[]): readonly Problem[] {
  return others
    .filter((other) => other.site.site.name !== site.site.name)
    .flatMap((other) => {
      const theirs = other.site.site.name;
      const claims = new Map(claimsOf(other.site).map((claim) => [claim.key, claim]));
      const shared = claimsOf(site).flatMap(({ path, key, what }) => {
        const clash = claims.get(key);
        return clash ? [{ path, message: `${what} belongs to site ${theirs} too (${clash.path}); give it to one of them` }] : [];
      });
      const key =
        encryption !== undefined && encryption === other.encryption
          ? [
              {
                path: "encryptionsalt",
                message: `site ${theirs} encrypts with the same key; give each its own: pulumi stack change-secrets-provider --stack ${site.site.name} ...`,
              },
            ]
          : [];
      return [...shared, ...overlaps(site, other.site), ...key];
    });
}

function claimsOf(site: Site): readonly Claim[] {
  return [
    ...disksOf(site)
      .filter(isById)
      .map(({ setting, path }) => ({ path: setting, key: `disk ${path}`, what: `the disk ${path}` })),
    ...choose(site.storage, { rook: () => [], external: externalPools, existing: () => [] }),
    ...hostsOf(site.nodes).map(({ name, pool }) => ({ path: `af:nodes.${pool}.hosts`, key: `host ${name}`, what: `host ${name}` })),
    ...publicNames(site).map(({ path, host }) => ({ path, key: `name ${host}`, what: `the name ${host}` })),
  ];
}

/** Pools of somebody else's Ceph in which a facility keeps its volumes. Two facilities in one pool could delete each other's volumes. */
function externalPools({ fsid, block, filesystem }: ExternalStorage): readonly Claim[] {
  const pool = (path: string, name: string): Claim => ({ path, key: `ceph ${fsid} ${name}`, what: `pool ${name} of Ceph ${fsid}` });
  return [
    pool("af:storage.block.pool", block.pool),
    ...(block.dataPool === undefined ? [] : [pool("af:storage.block.dataPool", block.dataPool)]),
    ...choose(filesystem, { cephfs: ({ dataPool }) => [pool("af:storage.filesystem.dataPool", dataPool)], none: () => [] }),
  ];
}

/** Problems of public networks that overlap with a network of another site. */
function overlaps(site: Site, other: Site): readonly Problem[] {
  return networksOf(site.platform.loadBalancer).flatMap(({ network, path }) => {
    const clash = networksOf(other.platform.loadBalancer).find((theirs) => overlap(network, theirs.network));
    return clash
      ? [
          {
            path: spell("af:platform.loadBalancer", path),
            message: `${network} overlaps ${clash.network} of site ${other.site.name}; a public address belongs to one site`,
          },
        ]
      : [];
  });
}
