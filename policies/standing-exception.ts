/** Something that a rule forbids and upstream software needs. Only the named subjects are allowed; the rules judge everything else about the object. */
export interface StandingException {
  /** Name of the rule. */
  readonly rule: string;
  /** The object that may have it. */
  readonly of: ChartObject | OwnObject | RoleNamespace;
  /** The subjects that the rule would call violations. */
  readonly allows: readonly string[];
  /** Why the software needs them. */
  readonly because: string;
}

/**
 * An object of a chart in the catalogue, or of its operator. In the name `{release}` and `{namespace}` stand for those of the object, and `{id}` for what
 * tells daemons of a kind apart. The allowed subjects may use all three.
 */
interface ChartObject {
  readonly kind: "chart";
  readonly chart: string;
  readonly object: string;
  readonly name: string;
  /** The namespace where it is, if that is not the release's; the name of a role in braces stands for that role's. */
  readonly at?: string;
}

/**
 * An object that the facility itself makes in the namespace of a role, or for the whole cluster. In its name, and in the allowed subjects, `{namespace}` stands
 * for its namespace, the name of a role in braces for that role's, and `{id}` for what tells objects of a kind apart.
 */
interface OwnObject {
  readonly kind: "own";
  /** The role whose namespace it is in; undefined for an object of the whole cluster. */
  readonly role: string | undefined;
  readonly object: string;
  readonly name: string;
}

/** The namespace of a role (components/tenancy/roles.ts). */
interface RoleNamespace {
  readonly kind: "namespace";
  readonly role: string;
}

/** Names an object of a chart. */
export const chartObject = (chart: string, object: string, name: string): ChartObject => ({ kind: "chart", chart, object, name });
/** Names an object that the facility makes. */
export const ownObject = (role: string | undefined, object: string, name: string): OwnObject => ({ kind: "own", role, object, name });
/** Names the namespace of a role. */
export const namespaceOf = (role: string): RoleNamespace => ({ kind: "namespace", role });
