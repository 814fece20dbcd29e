import type { V1NamedRuleWithOperations, V1ValidatingAdmissionPolicyBindingSpec, V1Variable } from "@kubernetes/client-node";
import type { Manifest } from "../manifest";

/** One rule of the packs in words of the API server, for one kind of objects. */
export interface AdmissionPolicy {
  /** Name of the rule in the packs. */
  readonly rule: string;
  /** What tells policies of one rule apart; left out for a rule that has one. */
  readonly of?: string;
  readonly apiGroup: string;
  /** Exact, because the API server checks the types of expressions for exact versions only. */
  readonly apiVersion: string;
  readonly resources: readonly string[];
  /**
   * The field whose change is judged, in CEL, of `object` or `oldObject`. What has not changed is let pass: else the finalizer of an object from before the
   * policy could never be taken away.
   */
  readonly changed: (object: string) => string;
  /** Names for what the faults say twice, in CEL. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Lists of texts in CEL, each text a path and what was found there; an object without any text is admitted. */
  readonly faults: readonly string[];
  /** What is allowed, as a text in CEL. */
  readonly allowed: string;
  /** Namespaces in which it holds; left out for objects of the whole cluster. */
  readonly namespaces?: NamespaceSelector;
  /** Compares each object with every other of its kind, which expressions know as `params`. */
  readonly comparesAll?: { readonly kind: string };
}

/** What one rule of the packs asks of an object, whatever the kind and the namespace. */
export type Judged = Pick<AdmissionPolicy, "rule" | "faults" | "allowed" | "variables">;

type NamespaceSelector = NonNullable<NonNullable<V1ValidatingAdmissionPolicyBindingSpec["matchResources"]>["namespaceSelector"]>;

/** Label of a policy and its binding, with the name of the pack's rule. */
export const RULE_LABEL = "analysis-facility/rule";

/** Name of the cluster's objects for a policy. */
export function policyName({ rule, of }: Pick<AdmissionPolicy, "rule" | "of">): string {
  return `facility-${rule}${of === undefined ? "" : `-${of}`}`;
}

/**
 * The policy and its binding, which the API server evaluates at each request (https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/).
 * What cannot be evaluated is refused.
 */
export function policyManifests(policy: AdmissionPolicy): readonly [policy: Manifest, binding: Manifest] {
  const { rule, apiGroup, apiVersion, resources, changed, variables = {}, faults, allowed, namespaces, comparesAll } = policy;
  const name = policyName(policy);
  const metadata = { name, labels: { [RULE_LABEL]: rule } };
  const variable = ([variableName, expression]: readonly [string, string]): V1Variable => ({ name: variableName, expression });
  const resourceRule: V1NamedRuleWithOperations = {
    apiGroups: [apiGroup],
    apiVersions: [apiVersion],
    operations: ["CREATE", "UPDATE"],
    resources: [...resources],
  };
  return [
    {
      apiVersion: ADMISSION,
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: {
        failurePolicy: "Fail",
        ...(comparesAll && { paramKind: { apiVersion: `${apiGroup}/${apiVersion}`, kind: comparesAll.kind } }),
        matchConstraints: { matchPolicy: "Equivalent", resourceRules: [resourceRule] },
        matchConditions: [
          { name: "new-or-changed", expression: `request.operation == "CREATE" || ${changed("object")} != ${changed("oldObject")}` },
        ],
        variables: [...Object.entries(variables).map(variable), variable(["faults", faults.join(" + ")])],
        validations: [
          {
            expression: "variables.faults.size() == 0",
            messageExpression: `variables.faults.join("; ") + "; allowed: " + ${allowed} + " (rule ${rule})"`,
          },
        ],
      },
    },
    {
      apiVersion: ADMISSION,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: {
        policyName: name,
        validationActions: ["Deny"],
        ...(comparesAll && { paramRef: { selector: { matchExpressions: [ALL] }, parameterNotFoundAction: "Allow" } }),
        ...(namespaces && { matchResources: { matchPolicy: "Equivalent", namespaceSelector: namespaces } }),
      },
    },
  ];
}

const ADMISSION = "admissionregistration.k8s.io/v1";

/** A selector of all objects that is not empty: what is empty does not come back from the API server as it was sent. */
const ALL = { key: "analysis-facility/none", operator: "DoesNotExist" };

/** A text in CEL (https://github.com/google/cel-spec/blob/master/doc/langdef.md#string-and-bytes-values). */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A list of texts in CEL. */
export function quotedList(texts: readonly string[]): string {
  return `[${texts.map(quoted).join(", ")}]`;
}

/** Namespaces by their names, in a label that the API server itself sets and nobody can take away. */
export function namespacesNamed(names: readonly string[]): { key: string; operator: string; values: string[] } {
  return { key: "kubernetes.io/metadata.name", operator: "In", values: [...names].sort() };
}
