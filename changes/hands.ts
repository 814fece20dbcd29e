import { isDeepStrictEqual } from "node:util";
import { HIDDEN, SECRET_SIGNATURE, SIGNATURE_KEY } from "../policies/engine-values";
import { type Fields, isFields } from "../policies/model/fields";
import { redactedInputs } from "../policies/redact";
import { type DriftReport, reportOf, type SeenResource } from "./drift";
import { fieldsOfManager } from "./field-owners";

/** A resource as the engine has recorded it, with the object that it wrote, and as the cluster has it. */
export interface WrittenResource extends SeenResource {
  /** The object as the API server gave it back to the engine. Secrets are sealed. */
  readonly written: Fields;
}

/**
 * What differs from what the engine has written, without a run of the engine: of the fields that it has set, by the API server's record, those
 * that hold something else by now, and those that others have added. What is sealed counts as changed where it is no longer the engine's. The site file is not
 * asked, so nothing is told of what waits for an `up`.
 * @param resources every object of the stack.
 * @param manager name under which the objects of the site are written.
 */
export function handsOn(resources: readonly WrittenResource[], manager: string): DriftReport {
  const shown = resources.map((each) => ({ ...each, live: each.live && (sealedLike(each.written, each.live) as Fields) }));
  return reportOf(shown, manager, ({ recorded, written, live }) => {
    const kept = new Set(fieldsOfManager(live, undefined, manager).map(({ path }) => path));
    const hand = fieldsOfManager(written, live, manager).flatMap(({ path, was, is }) => {
      if (OF_PROVIDER.test(path)) return [];
      if (isSealed(was)) return kept.has(path) ? [] : [{ path, before: HIDDEN, after: is === undefined ? undefined : HIDDEN }];
      return isDeepStrictEqual(was, is) ? [] : [{ path, before: was, after: is }];
    });
    return hand.length === 0 ? undefined : { declared: recorded, hand, later: [] };
  });
}

/** What Pulumi's provider notes for itself: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ */
const OF_PROVIDER = /^metadata\.annotations\["pulumi\.com\//;

/** True for a value that cannot be compared: a secret, what holds one, and what is inside of one. */
function isSealed(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSealed);
  if (isFields(value)) return SIGNATURE_KEY in value || Object.values(value).some(isSealed);
  return value === undefined;
}

/** A value with everything hidden that is sealed in another form of it; the names of fields stay. */
function sealedLike(written: unknown, live: unknown): unknown {
  if (isFields(written) && SIGNATURE_KEY in written)
    return redactedInputs("", { live: { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: live } })["live"];
  if (Array.isArray(live)) return live.map((each: unknown, index) => sealedLike(Array.isArray(written) ? written[index] : undefined, each));
  if (!isFields(live)) return live;
  return Object.fromEntries(
    Object.entries(live).map(([name, each]) => [name, sealedLike(isFields(written) ? written[name] : undefined, each)]),
  );
}
