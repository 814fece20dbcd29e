import { groupKindOf, type Change, type ResourceChange } from "./change";
import { withConsequence } from "./consequences";
import { fieldChanges } from "./difference";
import { EFFECTS } from "./effects";
import { isReplacing } from "./replaced-fields";
import { isUnknown, type StateResource } from "./state";

/**
 * What the engine would do to go from one state of a facility to another, the greatest effect first. Resources are the same if their URNs
 * are, as they are for the engine.
 */
export function changesBetween(before: readonly StateResource[], after: readonly StateResource[]): readonly Change[] {
  const [old, now] = [byUrn(before), byUrn(after)];
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((urn) => changeOf(old.get(urn), now.get(urn)));
  const rank = ({ effect, refused }: Change) => EFFECTS.indexOf(effect) + (refused === undefined ? 0 : EFFECTS.length);
  return changes.map(withConsequence).sort((a, b) => rank(b) - rank(a) || compare(a.service, b.service) || compare(a.object, b.object));
}

function byUrn(resources: readonly StateResource[]): ReadonlyMap<string, StateResource> {
  return new Map(resources.map((resource) => [resource.urn, resource]));
}

function changeOf(before: StateResource | undefined, after: StateResource | undefined): readonly ResourceChange[] {
  if (before === undefined || after === undefined)
    return before === after ? [] : [{ action: before === undefined ? "create" : "delete", before, after, fields: [] }];
  const fields = fieldChanges(before.inputs, after.inputs, isUnknown);
  if (fields.length === 0) return [];
  const kind = groupKindOf(after);
  // A generated value has no field that can change in place.
  const replaced = kind === undefined ? /^(random|tls):/.test(after.type) : fields.some(({ path }) => isReplacing(kind, path));
  return [{ action: replaced ? "replace" : "update", before, after, fields }];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
