import { HIDDEN } from "../policies/engine-values";
import { groupKindOf, kubectl, objectOf, type ResourceChange } from "./change";
import { withConsequence } from "./consequences";
import type { FieldChange } from "./difference";
import { expectedWriter } from "./expected-writers";
import { disksOf } from "./host-disks";
import { fieldOf, fieldsOfOthers } from "./field-owners";
import { isFixed } from "./replaced-fields";
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

/** Fields of a resource that are not as they are declared. */
export interface Differing {
  /** The resource as it is declared. */
  readonly declared: StateResource;
  /** Those that a hand has changed, with what is declared before and what is there after. */
  readonly hand: readonly FieldChange[];
  /** Those that the site file has changed since the last `up`. */
  readonly later: readonly FieldChange[];
}

/**
 * What a hand has changed, object by object, and what no `up` has applied yet.
 * @param seen every resource of the stack that the engine has read anew.
 * @param wanted what the engine would do, by URN.
 * @param manager name under which the objects of the site are written.
 */
export function driftOf(seen: readonly SeenResource[], wanted: ReadonlyMap<string, WantedStep>, manager: string): DriftReport {
  const { drifts, expected } = reportOf(seen, manager, ({ recorded, live = {} }) => {
    const step = wanted.get(recorded.urn);
    return step && { declared: step.resource, ...fieldsOf(step, recorded, live) };
  });
  const known = new Set(seen.map(({ recorded }) => recorded.urn));
  const waiting = [...wanted].filter(([urn]) => !known.has(urn)).map(([, { resource }]) => drift("waiting", resource, [], new Map(), ""));
  return { drifts: [...drifts, ...waiting], expected };
}

/**
 * What differs, object by object, the worst first.
 * @param differing says of a resource that is there which of its declared fields differ; undefined if none does.
 */
export function reportOf<Seen extends SeenResource>(
  seen: readonly Seen[],
  manager: string,
  differing: (resource: Seen) => Differing | undefined,
): DriftReport {
  const expected: string[] = [];
  const everything = seen.map(({ recorded }) => recorded);
  const drifts = seen.flatMap((resource): readonly Drift[] => {
    const { recorded, live } = resource;
    if (live === undefined) return [gone(recorded, everything)];
    const found = differing(resource);
    const { added, by } = foreign(recorded, live, manager, expected);
    const { hand = [], later = [] } = found ?? {};
    // The contents of a Secret are hidden, so that nobody can tell a declared key from another one.
    const hidden = hand.filter(({ path }) => isSecret(recorded, path));
    const keys = hidden.length === 0 ? [] : added.filter(({ path }) => isSecret(recorded, path));
    // Whoever has made the object again has set its defaults too.
    const rest =
      isAnew(resource) && hand.length > 0
        ? []
        : added.filter((each) => !keys.includes(each) && !hand.some(({ path }) => path === each.path));
    const fields = keys.length === 0 ? hand : [...hand.filter((each) => !hidden.includes(each)), ...keys];
    return [
      ...edited(resource, found?.declared, fields, by, everything),
      ...(rest.length === 0 ? [] : [drift("added", recorded, rest, by, "")]),
      ...(later.length === 0 ? [] : [drift("waiting", recorded, later, new Map(), "")]),
    ];
  });
  return { drifts: [...drifts].sort((a, b) => DRIFTS.indexOf(a.kind) - DRIFTS.indexOf(b.kind)), expected };
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

function gone(recorded: StateResource, everything: readonly StateResource[]): Drift {
  const because = groupKindOf(recorded) === "/Node" ? [LEFT, ...disksOf(hostOf(recorded), everything)].join("; ") : goesWith(recorded);
  return drift("gone", recorded, [], new Map(), because);
}

const LEFT = "a host comes back by itself, when its kubelet registers it, and is then one that was set up anew";

function hostOf(recorded: StateResource): string {
  return textAt(recorded.inputs, ["metadata", "name"]);
}

/** What goes with an object that is deleted; empty if nothing. */
export function goesWith(recorded: StateResource): string {
  const { effect, because } = withConsequence({
    action: "delete",
    before: { ...recorded, retainOnDelete: false },
    after: undefined,
    fields: [],
  });
  return effect === "data at risk" ? because : "";
}

/** True for an object that is not the one that the engine has written, but another one of its name. */
function isAnew({ uid, live = {} }: SeenResource): boolean {
  return uid !== "" && uid !== textAt(live, ["metadata", "uid"]);
}

/** What was done to the declared fields of an object that is there. */
function edited(
  resource: SeenResource,
  declared: StateResource | undefined,
  fields: readonly FieldChange[],
  by: ReadonlyMap<string, string>,
  everything: readonly StateResource[],
): readonly Drift[] {
  const { recorded, live = {} } = resource;
  const anew = isAnew(resource);
  if (groupKindOf(recorded) === "/Node" && anew && fields.length > 0)
    return [drift("reinstalled", recorded, fields, by, disksOf(hostOf(recorded), everything).join("; "))];
  const lost = anew && groupKindOf(recorded) !== "/Node" ? goesWith(recorded) : "";
  const again = lost === "" ? [] : [drift("made anew", recorded, [], by, lost)];
  if (declared === undefined || fields.length === 0) return again;
  const kind = fields.every(({ path }) => path === "spec.replicas") ? "scaled" : "changed";
  const back = fields.map(({ path, before, after }) => ({ path, before: after, after: before }));
  const change: ResourceChange = { action: "update", before: { ...recorded, inputs: live }, after: declared, fields: back };
  const hidden = fields.some(({ path }) => isSecret(recorded, path));
  const because = [hidden ? OF_SECRETS : withConsequence(change).because, ...stuck(recorded, fields)].filter((text) => text !== "");
  return [...again, drift(kind, recorded, fields, by, because.join("; "))];
}

/** What holds an `up` up that would write these fields back: those that stay as they are for the life of an object. */
function stuck(recorded: StateResource, fields: readonly FieldChange[]): readonly string[] {
  const kind = groupKindOf(recorded) ?? "";
  const fixed = fields.map(({ path }) => path).filter((path) => isFixed(kind, path));
  if (fixed.length === 0) return [];
  const held = goesWith(recorded);
  return [
    `${fixed.join(", ")} cannot change while the object is there: if the API server refuses that up, delete the object first (${kubectl("delete", recorded)}) and run it again` +
      `${held === "" ? "" : `; what goes with it: ${held}`}`,
  ];
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

/** `kubectl apply` repeats the whole object, contents included, in an annotation. */
const SECRET_FIELDS = /^(data|stringData)\b|^metadata\.annotations\["kubectl\.kubernetes\.io\/last-applied-configuration"\]$/;

function isSecret(resource: StateResource, path: string): boolean {
  return groupKindOf(resource) === "/Secret" && SECRET_FIELDS.test(path);
}

/** The value at a path as the engine spells it, such as `metadata.labels["a.b/c"]` or `spec.ports[0].port`. */
export function valueAt(value: unknown, path: string): unknown {
  const steps = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name ?? "",
  );
  return steps.reduce(fieldOf, value);
}

function textAt(value: unknown, steps: readonly string[]): string {
  const found = steps.reduce(fieldOf, value);
  return typeof found === "string" ? found : "";
}
