import { groupKindOf, objectOf, type Change, type ResourceChange } from "./change";
import { comparable, isUnknown } from "./comparable";
import { withConsequence } from "./consequences";
import { fieldChanges } from "./difference";
import { gravity, worse } from "./effects";
import { loweredQuota, namespacesOfNewPods } from "./lowered-quotas";
import { isReplacing } from "./replaced-fields";
import { GENERATED, type StateResource } from "./state";

/**
 * What the engine would do to go from one state of a facility to another, the greatest effect first. Resources are the same if their URNs
 * are, as they are for the engine.
 */
export function changesBetween(before: readonly StateResource[], after: readonly StateResource[]): readonly Change[] {
  const [old, now] = [byUrn(before), byUrn(after)];
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((urn) => changeOf(old.get(urn), now.get(urn)));
  const made = new Set(changes.flatMap(({ action, after: made }) => (action === "create" && made ? identityOf(made) : [])));
  const starting = namespacesOfNewPods(changes);
  return changes
    .map((change): Change => {
      const told = movedOr(change, made);
      return { ...told, ...worse(told, loweredQuota(change, starting)) };
    })
    .sort((a, b) => gravity(b) - gravity(a) || compare(a.service, b.service) || compare(a.object, b.object));
}

/** What tells an object apart for the API server; none for what is no Kubernetes object. */
function identityOf(resource: StateResource): readonly string[] {
  const kind = groupKindOf(resource);
  return kind === undefined ? [] : [`${kind} ${objectOf(resource)}`];
}

/**
 * A change with its consequence. A resource that goes while the same object comes under another URN is told apart: the engine first applies the
 * object under its new URN, and then deletes it under the old one.
 * @param made identities of the objects that come.
 */
function movedOr(change: ResourceChange, made: ReadonlySet<string>): Change {
  const told = withConsequence(change);
  const { action, before } = change;
  const moved = action === "delete" && before !== undefined && !before.retainOnDelete && identityOf(before).some((each) => made.has(each));
  if (!moved) return told;
  return {
    ...told,
    refused: `the engine would apply ${told.object} under its new URN and then delete it under the old one, so that it is gone; give the resource that comes an alias of ${before.urn}`,
  };
}

function byUrn(resources: readonly StateResource[]): ReadonlyMap<string, StateResource> {
  return new Map(resources.map((resource) => [resource.urn, resource]));
}

function changeOf(before: StateResource | undefined, after: StateResource | undefined): readonly ResourceChange[] {
  if (before === undefined || after === undefined)
    return before === after ? [] : [{ action: before === undefined ? "create" : "delete", before, after, fields: [] }];
  const fields = fieldChanges(comparable(before), comparable(after), isUnknown);
  if (fields.length === 0) return [];
  const kind = groupKindOf(after);
  // A generated value has no field that can change in place.
  const replaced = kind === undefined ? GENERATED.test(after.type) : fields.some(({ path }) => isReplacing(kind, path));
  return [{ action: replaced ? "replace" : "update", before, after, fields }];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
