/** A machine as far as selectors, affinities and tolerations look at it. */
export interface LabelledHost {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

/** A machine, as the scheduler sees it. */
export interface SchedulableHost extends LabelledHost {
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
export interface PodPlacement {
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Required node affinity: one term has to match; no term at all matches nothing. */
  readonly requiredTerms?: readonly NodeSelectorTerm[];
  readonly tolerations?: readonly Toleration[];
}

/** True if the scheduler may put the pod on the host, as far as labels and taints go. */
export function mayRunOn(pod: PodPlacement, host: LabelledHost): boolean {
  return (pod.nodeName === undefined || pod.nodeName === host.name) && selects(pod, host) && toleratesTaintsOf(pod, host);
}

/** The hosts on which a pod may go. */
export function candidates<Host extends LabelledHost>(pod: PodPlacement, hosts: readonly Host[]): readonly Host[] {
  return hosts.filter((host) => mayRunOn(pod, host));
}

/** True if every taint of the host that keeps pods away is tolerated. */
export function toleratesTaintsOf({ tolerations = [] }: PodPlacement, host: LabelledHost): boolean {
  return host.taints.every((taint) => taint.effect === "PreferNoSchedule" || tolerates(tolerations, taint));
}

/** True if node selector and required node affinity both hold. */
export function selects({ nodeSelector = {}, requiredTerms }: PodPlacement, host: LabelledHost): boolean {
  if (!Object.entries(nodeSelector).every(([key, value]) => host.labels[key] === value)) return false;
  return requiredTerms === undefined || requiredTerms.some((term) => matches(term, host));
}

/** An empty term matches nothing. */
function matches({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, host: LabelledHost): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => holds(requirement, host.labels[requirement.key])) &&
    matchFields.every((requirement) => holds(requirement, requirement.key === "metadata.name" ? host.name : undefined))
  );
}

/** One requirement against a label's value, or undefined if there is no such label. */
export function holds({ operator, values = [] }: Requirement, found: string | undefined): boolean {
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
      return isLess(values[0], found);
    case "Lt":
      return isLess(found, values[0]);
    default:
      return false;
  }
}

/** Compares whole numbers; anything else is neither less nor more (apimachinery `labels/selector.go`, ParseInt). */
function isLess(a = "", b = ""): boolean {
  return WHOLE_NUMBER.test(a) && WHOLE_NUMBER.test(b) && BigInt(a) < BigInt(b);
}

const WHOLE_NUMBER = /^-?\d+$/;

/** `Lt` and `Gt` are an alpha feature of v1.37, off by default: without it they tolerate nothing (api `core/v1/toleration.go`). */
function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(({ key, operator, value = "", effect }) => {
    if ((effect && effect !== taint.effect) || (key && key !== taint.key)) return false;
    return operator === "Exists" || ((operator || "Equal") === "Equal" && value === (taint.value ?? ""));
  });
}
