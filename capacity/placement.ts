import { labelOf, type Labels } from "./labels";

/** What selectors, affinities and tolerations read of a host. */
export interface LabelledHost {
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
}

/** A host with its capacity. */
export interface SchedulableHost extends LabelledHost {
  /** Millicores. */
  readonly cpu: bigint;
  /** Bytes. */
  readonly memory: bigint;
}

/** A taint of a host, as in its Node. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A toleration of a pod, as in its spec. */
export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** One requirement of a node selector term or of a label selector. */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** One term of required node affinity: all its requirements have to hold. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly Requirement[];
  /** Only `metadata.name` exists. */
  readonly matchFields?: readonly Requirement[];
}

/** What decides where a pod may go. Preferences are left out, for they exclude no host. */
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

/** The hosts to which a pod may go, as {@link mayRunOn} says. */
export function candidates<Host extends LabelledHost>(pod: PodPlacement, hosts: readonly Host[]): readonly Host[] {
  return hosts.filter((host) => mayRunOn(pod, host));
}

/** True if every taint of the host that keeps pods away is tolerated. */
export function toleratesTaintsOf({ tolerations = [] }: PodPlacement, host: LabelledHost): boolean {
  return host.taints.every((taint) => taint.effect === "PreferNoSchedule" || tolerates(tolerations, taint));
}

/** True if node selector and required node affinity both hold. */
export function selects({ nodeSelector, requiredTerms }: PodPlacement, host: LabelledHost): boolean {
  if (nodeSelector && !Object.keys(nodeSelector).every((key) => labelOf(host.labels, key) === nodeSelector[key])) return false;
  return requiredTerms === undefined || requiredTerms.some((term) => matches(term, host));
}

/** True if all requirements of a term hold; an empty term matches nothing. */
function matches({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, host: LabelledHost): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => holds(requirement, labelOf(host.labels, requirement.key))) &&
    matchFields.every((requirement) => holds(requirement, requirement.key === "metadata.name" ? host.name : undefined))
  );
}

/** True if a requirement holds for a label's value; undefined stands for a label that is not there. An unknown operator never holds. */
export function holds({ operator, values = [] }: Requirement, found: string | undefined): boolean {
  switch (operator) {
    case "In":
      return values.some((value) => value === found);
    case "NotIn":
      return values.every((value) => value !== found);
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

/**
 * Compares whole numbers. What is none is neither less nor more:
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/labels/selector.go
 */
function isLess(a = "", b = ""): boolean {
  return WHOLE_NUMBER.test(a) && WHOLE_NUMBER.test(b) && BigInt(a) < BigInt(b);
}

const WHOLE_NUMBER = /^-?\d+$/;

/**
 * True if a toleration covers the taint. `Lt` and `Gt` tolerate nothing: they are behind a gate that is off by default.
 * https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/api/core/v1/toleration.go
 */
function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(({ key, operator, value = "", effect }) => {
    if ((effect && effect !== taint.effect) || (key && key !== taint.key)) return false;
    return operator === "Exists" || ((operator || "Equal") === "Equal" && value === (taint.value ?? ""));
  });
}
