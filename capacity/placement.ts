/** A machine, as the scheduler sees it. */
export interface SchedulableHost {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Millicores. */
  readonly cpu: bigint;
  /** Bytes. */
  readonly memory: bigint;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** One requirement of a node selector term. */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly Requirement[];
  /** Only `metadata.name` exists. */
  readonly matchFields?: readonly Requirement[];
}

/** What decides where a pod may go. Preferences do not. */
export interface Placement {
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Required node affinity: one term has to match; no term at all matches nothing. */
  readonly requiredTerms?: readonly NodeSelectorTerm[];
  readonly tolerations?: readonly Toleration[];
}

/** True if the scheduler may put the pod on the host, as far as labels and taints go. */
export function mayRunOn(pod: Placement, host: SchedulableHost): boolean {
  return selects(pod, host) && host.taints.every((taint) => taint.effect === "PreferNoSchedule" || tolerates(pod.tolerations ?? [], taint));
}

/** The hosts on which a pod may go. */
export function candidates(pod: Placement, hosts: readonly SchedulableHost[]): readonly SchedulableHost[] {
  return hosts.filter((host) => mayRunOn(pod, host));
}

function selects({ nodeName, nodeSelector = {}, requiredTerms }: Placement, host: SchedulableHost): boolean {
  if (nodeName !== undefined && nodeName !== host.name) return false;
  if (!Object.entries(nodeSelector).every(([key, value]) => host.labels[key] === value)) return false;
  return requiredTerms === undefined || requiredTerms.some((term) => matches(term, host));
}

/** An empty term matches nothing. */
function matches({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, host: SchedulableHost): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => holds(requirement, host.labels[requirement.key])) &&
    matchFields.every((requirement) => holds(requirement, requirement.key === "metadata.name" ? host.name : undefined))
  );
}

function holds({ operator, values = [] }: Requirement, found: string | undefined): boolean {
  switch (operator) {
    case "In":
      return found !== undefined && values.includes(found);
    case "NotIn":
      return found === undefined || !values.includes(found);
    case "Exists":
      return found !== undefined;
    case "DoesNotExist":
      return found === undefined;
    case "Gt":
      return found !== undefined && Number(found) > Number(values[0]);
    case "Lt":
      return found !== undefined && Number(found) < Number(values[0]);
    default:
      return false;
  }
}

function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(
    ({ key, operator = "Equal", value = "", effect }) =>
      (effect === undefined || effect === "" || effect === taint.effect) &&
      (operator === "Exists" ? key === undefined || key === "" || key === taint.key : key === taint.key && value === (taint.value ?? "")),
  );
}
