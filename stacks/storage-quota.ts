import { bytes, quantityOf } from "../capacity/quantity";
import { NO_PROVISIONER } from "../components/no-provisioner";
import type { Part } from "../components/parts";
import type { Pin } from "../components/tenancy/settings";
import type { ClassedClaim } from "../components/workloads/demand";

/**
 * What a quota allows where claims are bound to volumes that the facility itself has made: no bound, because these volumes are the bound,
 * and no key of a quota leaves a class out of `requests.storage`. While disks or hosts of a cache change, the old claims count beside the
 * new ones. A quota of just the new ones would refuse those, Pulumi would wait for them, and the old ones would stay until it has waited in
 * vain. We chose figures that no cache reaches.
 */
const WITHOUT_BOUND = { claims: 1000, bytes: bytes("1E") };

/** True if a quota of so many bytes stands for no bound. */
export function isWithoutBound(quota: bigint): boolean {
  return quota >= WITHOUT_BOUND.bytes;
}

/** Names of the StorageClasses of parts whose volumes the facility makes itself. */
export function classesOfFixedVolumes(parts: readonly Part[]): readonly string[] {
  return parts
    .flatMap(({ objects }) => Object.values(objects))
    .filter((object) => object.kind === "StorageClass" && object["provisioner"] === NO_PROVISIONER)
    .flatMap(({ metadata }) => metadata.name ?? []);
}

/**
 * The keys of a namespace's quota that bound its claims. Claims are known one by one, so they need no headroom. Each StorageClass is bounded
 * by itself, so that no namespace fills a class with space that was planned in another class.
 * @param fixed classes whose volumes the facility makes itself.
 * @param classes all classes in which the facility has claims.
 */
export function storageQuota(
  claims: readonly ClassedClaim[],
  pin: Partial<Pin>,
  fixed: readonly string[],
  classes: readonly string[],
): Readonly<Record<string, string>> {
  const isFixed = ({ storageClass = "" }: ClassedClaim) => fixed.includes(storageClass);
  const bound = claims.filter((claim) => !isFixed(claim));
  const free = claims.some(isFixed);
  const own = new Set(bound.flatMap(({ storageClass }) => storageClass || []));
  const total = (some: readonly ClassedClaim[]) => some.reduce((sum, claim) => sum + claim.bytes * BigInt(claim.count), 0n);
  const all = claims.reduce((sum, { count }) => sum + count, 0);
  return {
    persistentvolumeclaims: String(pin.claims ?? all + (free ? WITHOUT_BOUND.claims : 0)),
    "requests.storage": pin.storage ?? quantityOf("storage", total(bound) + (free ? WITHOUT_BOUND.bytes : 0n)),
    ...(pin.storage === undefined
      ? Object.fromEntries(
          classes
            // Without a bound of all together, the namespace gets nothing of a class in which it plans nothing.
            .filter((name) => own.has(name) || (free && !fixed.includes(name)))
            .map((name) => [
              `${name}.storageclass.storage.k8s.io/requests.storage`,
              quantityOf("storage", total(bound.filter(({ storageClass }) => storageClass === name))),
            ]),
        )
      : {}),
  };
}
