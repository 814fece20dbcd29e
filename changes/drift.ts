import { HIDDEN } from "../policies/engine-values";
import { groupKindOf, objectOf, type ResourceChange } from "./change";
import { withConsequence } from "./consequences";
import type { FieldChange } from "./difference";
import { expectedWriter } from "./expected-writers";
import { fieldOf, fieldsOfOthers } from "./field-owners";
import type { StateResource } from "./state";

/** How an object can differ from its site file: what a hand has done, and what no `up` has done yet. */
export const DRIFTS = ["gone", "reinstalled", "made anew", "scaled", "changed", "added", "waiting"] as const;
/** One of {@link DRIFTS}. */
export type DriftKind = (typeof DRIFTS)[number];

/** One object that is not as its site file says. */
export interface Drift {
  readonly kind: DriftKind;
  /** Kind, namespace and name. */
  readonly object: string;
  /** Fields with what is declared before and what is there after. */
  readonly fields: readonly FieldChange[];
  /** Who has written them last, and when; empty where the API server does not know. */
  readonly by: readonly string[];
  /** What is lost, or what the way back does; empty if nothing. */
  readonly because: string;
}

/** A resource as the state of its stack knows it, and as the cluster has it. */
export interface SeenResource {
  /** As the last `up` has left it. */
  readonly recorded: StateResource;
  readonly uid: string;
  /** The object that is there; undefined if it is gone. */
  readonly live: Readonly<Record<string, unknown>> | undefined;
}

/** What the engine would do to a resource. */
export interface WantedStep {
  readonly op: string;
  readonly resource: StateResource;
  /** Paths of fields that differ, as the engine spells them. */
  readonly paths: readonly string[];
}

/** What differs, and who has written what was expected. */
export interface DriftReport {
  readonly drifts: readonly Drift[];
  readonly expected: readonly string[];
}

/**
 * What a hand has changed, object by object, and what no `up` has applied yet.
 * @param seen every resource of the stack that the engine has read anew.
 * @param wanted what the engine would do, by URN.
 * @param manager name under which the objects of the site are written.
 */
export function driftOf(seen: readonly SeenResource[], wanted: ReadonlyMap<string, WantedStep>, manager: string): DriftReport {
  const expected: string[] = [];
  const drifts = seen.flatMap((resource): readonly Drift[] => {
    const { recorded, live } = resource;
    const step = wanted.get(recorded.urn);
    if (live === undefined) return [gone(recorded)];
    const { added, by } = foreign(recorded, live, manager, expected);
    if (step === undefined && added.length === 0) return edited(resource, step, [], by);
    const { hand, later } = step === undefined ? { hand: [], later: [] } : fieldsOf(step, recorded, live);
    // The contents of a Secret are hidden, so that nobody can tell a declared key from another one.
    const hidden = hand.filter(({ path }) => isSecret(recorded, path));
    const keys = hidden.length === 0 ? [] : added.filter(({ path }) => isSecret(recorded, path));
    const rest = added.filter((each) => !keys.includes(each));
    const fields = keys.length === 0 ? hand : [...hand.filter((each) => !hidden.includes(each)), ...keys];
    return [
      ...edited(resource, step, fields, by),
      ...(rest.length === 0 ? [] : [drift("added", recorded, rest, by, "")]),
      ...(later.length === 0 ? [] : [drift("waiting", recorded, later, new Map(), "")]),
    ];
  });
  const known = new Set(seen.map(({ recorded }) => recorded.urn));
  const waiting = [...wanted].filter(([urn]) => !known.has(urn)).map(([, { resource }]) => drift("waiting", resource, [], new Map(), ""));
  return { drifts: [...drifts, ...waiting].sort((a, b) => DRIFTS.indexOf(a.kind) - DRIFTS.indexOf(b.kind)), expected };
}

function drift(
  kind: DriftKind,
  resource: StateResource,
  fields: readonly FieldChange[],
  by: ReadonlyMap<string, string>,
  because: string,
): Drift {
  const writers = [...by].filter(([path]) => fields.some((each) => each.path === path)).map(([, who]) => who);
  return { kind, object: objectOf(resource), fields, by: [...new Set(writers)], because };
}

function gone(recorded: StateResource): Drift {
  return drift("gone", recorded, [], new Map(), heldBy(recorded));
}

/** What goes with an object that is deleted; empty if nothing. */
function heldBy(recorded: StateResource): string {
  const { effect, because } = withConsequence({
    action: "delete",
    before: { ...recorded, retainOnDelete: false },
    after: undefined,
    fields: [],
  });
  return effect === "data at risk" ? because : "";
}

/** What was done to the declared fields of an object that is there. */
function edited(
  { recorded, uid, live = {} }: SeenResource,
  step: WantedStep | undefined,
  fields: readonly FieldChange[],
  by: ReadonlyMap<string, string>,
): readonly Drift[] {
  const anew = uid !== "" && uid !== textAt(live, ["metadata", "uid"]);
  if (groupKindOf(recorded) === "/Node" && anew && fields.length > 0) return [drift("reinstalled", recorded, fields, by, "")];
  const lost = anew && groupKindOf(recorded) !== "/Node" ? heldBy(recorded) : "";
  const again = lost === "" ? [] : [drift("made anew", recorded, [], by, lost)];
  if (step === undefined || fields.length === 0) return again;
  const kind = fields.every(({ path }) => path === "spec.replicas") ? "scaled" : "changed";
  const back = fields.map(({ path, before, after }) => ({ path, before: after, after: before }));
  const change: ResourceChange = { action: "update", before: { ...recorded, inputs: live }, after: step.resource, fields: back };
  const hidden = fields.some(({ path }) => isSecret(recorded, path));
  return [...again, drift(kind, recorded, fields, by, hidden ? OF_SECRETS : withConsequence(change).because)];
}

const OF_SECRETS = "what it holds is not told; an up leaves a key that nobody declares: take that out by hand";

/** Fields that the engine would write: those that a hand has changed since the last `up`, and those that the site file has changed. */
function fieldsOf(
  { paths, resource }: WantedStep,
  recorded: StateResource,
  live: Readonly<Record<string, unknown>>,
): { readonly hand: readonly FieldChange[]; readonly later: readonly FieldChange[] } {
  const fields = paths.map((path) => {
    const [was, declared, found] = [recorded.inputs, resource.inputs, live].map((value) => valueAt(value, path));
    const shown = isSecret(recorded, path) ? [HIDDEN, HIDDEN] : [declared, found];
    return { path, before: shown[0], after: shown[1], byHand: JSON.stringify(was) === JSON.stringify(declared) };
  });
  const those = (hand: boolean) =>
    fields.filter(({ byHand }) => byHand === hand).map(({ path, before, after }) => ({ path, before, after }));
  return { hand: those(true), later: those(false) };
}

/** Fields that others have put into an object, without those that are expected; and who has written which. */
function foreign(
  recorded: StateResource,
  live: Readonly<Record<string, unknown>>,
  manager: string,
  expected: string[],
): { readonly added: readonly FieldChange[]; readonly by: ReadonlyMap<string, string> } {
  const kind = groupKindOf(recorded);
  const others = kind === undefined ? [] : fieldsOfOthers(live, recorded.inputs, manager);
  const by = new Map(others.map((each) => [each.path, `${each.manager}, ${each.time}`]));
  // Of what we only patch, such as a host, everything else belongs to others.
  if (kind === undefined || recorded.type.endsWith("Patch")) return { added: [], by };
  const added = others.flatMap((each) => {
    if (each.declared !== undefined) return [];
    const who = expectedWriter(kind, each);
    if (who !== undefined) expected.push(`${objectOf(recorded)} ${each.path} (${who})`);
    return who === undefined ? [{ path: each.path, before: undefined, after: isSecret(recorded, each.path) ? HIDDEN : each.live }] : [];
  });
  return { added, by };
}

function isSecret(resource: StateResource, path: string): boolean {
  return groupKindOf(resource) === "/Secret" && /^(data|stringData)\b/.test(path);
}

/** The value at a path as the engine spells it, such as `metadata.labels["a.b/c"]` or `spec.ports[0].port`. */
function valueAt(value: unknown, path: string): unknown {
  const steps = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name ?? "",
  );
  return steps.reduce(fieldOf, value);
}

function textAt(value: unknown, steps: readonly string[]): string {
  const found = steps.reduce(fieldOf, value);
  return typeof found === "string" ? found : "";
}
