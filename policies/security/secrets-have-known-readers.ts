import { podTemplateOf } from "../model/pods";
import {
  allowedOf,
  isBinding,
  RBAC,
  roleBookOf,
  subjectName,
  subjectsOf,
  type Power,
  type Right,
  type Subject,
  WRITE_VERBS,
} from "../model/rights";
import { is, type KubernetesObject } from "../model/objects";
import type { JudgementOf, StackRule } from "../model/rules";
import { skipUnreadable } from "../model/workloads";

/** Ways to the Secrets of a namespace. An answer to a patch holds the whole object, and a pod may mount any Secret of its namespace. */
const WAYS: readonly (Power & { readonly so: string })[] = [
  { group: "", resources: ["secrets"], verbs: ["get", "list", "watch", "update", "patch"], so: "reads them" },
  { group: "", resources: ["pods", "replicationcontrollers"], verbs: WRITE_VERBS, so: "runs pods that may mount them" },
  {
    group: "apps",
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    verbs: WRITE_VERBS,
    so: "runs pods that may mount them",
  },
  { group: "batch", resources: ["jobs", "cronjobs"], verbs: WRITE_VERBS, so: "runs pods that may mount them" },
  { group: "", resources: ["pods/exec", "pods/attach"], verbs: ["get", "create"], so: "runs commands where they are mounted" },
  { group: "", resources: ["pods/ephemeralcontainers"], verbs: ["update", "patch"], so: "runs containers beside those that mount them" },
];

export const secretsHaveKnownReaders: StackRule = {
  name: "secrets-have-known-readers",
  pack: "security",
  title: "Nobody gets at the Secrets of a namespace by roles and bindings but accounts of which that is known.",
  why: "Who may run a pod, or a command in one, has every Secret of the namespace, as has who may read Secrets. The rule follows each binding to its role, and to the roles that are aggregated there, and asks what its accounts reach.",
  sources: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation"],
  severity: "high",
  enforcement: "mandatory",
  remedy: "Name the Secrets in resourceNames, take the right away, or list the binding as an exception with its reason.",
  frameworks: ["CIS:5.1.2", "CIS:5.1.4", "Kubescape:C-0015", "Kubescape:C-0002", "facility:F-01"],
  scope: "stack",
  check: (objects, on) => {
    const book = roleBookOf(objects);
    const runs = runners(objects);
    for (const binding of objects.filter(isBinding)) {
      on(binding).countChecked();
      on(binding).attempt(() => judgeBinding(binding, book.rightsBy(binding), runs, on));
    }
  },
};

function judgeBinding(binding: KubernetesObject, rights: readonly Right[] | undefined, runs: Runners, on: JudgementOf): void {
  const reference = binding.root.at("roleRef");
  const role = `${reference.at("kind").text() ?? ""} ${reference.at("name").text() ?? ""}`;
  if (rights === undefined) {
    on(binding).violation(
      reference,
      `binds the ${role}, which is not among the objects, so nobody can see what it allows; allowed: roles of the stack`,
      role,
    );
    return;
  }
  const where = is(binding, `${RBAC}/*`, "ClusterRoleBinding") ? "every namespace" : binding.namespace;
  // A right that is told twice is one.
  const found = new Map(rights.flatMap((right) => waysOf(right)).map((way) => [way.what, way]));
  for (const subject of subjectsOf(binding))
    for (const { what, so } of found.values())
      on(binding).violation(
        subject.field,
        `${subjectName(subject)}${runs(subject)} may ${what} in ${where} by the ${role}, and so ${so}; allowed: rights that reach no Secret, or named ones`,
        `${subjectName(subject)}: ${what}`,
      );
}

function waysOf(right: Right): readonly { readonly what: string; readonly so: string }[] {
  return WAYS.flatMap((way) => {
    const power = right.names.length === 0 ? way : namedPart(way);
    const what = power && allowedOf(right, power);
    return what === undefined ? [] : [{ what, so: way.so }];
  });
}

/**
 * What a rule with names reaches of the Secrets that it does not name: a pod or a workload that is named may mount any of them. It creates no object, for a
 * request to create has no name, but the part of one, such as a command in a pod.
 */
function namedPart(way: Power): Power | undefined {
  if (way.resources.includes("secrets")) return undefined;
  return way.resources.some((each) => each.includes("/")) ? way : { ...way, verbs: way.verbs.filter((verb) => verb !== "create") };
}

/** Tells which workloads run as an account, as a part of a sentence; nothing where none is known. */
type Runners = (subject: Subject) => string;

function runners(objects: readonly KubernetesObject[]): Runners {
  const byAccount = new Map<string, string[]>();
  for (const object of objects)
    skipUnreadable(object, () => {
      const spec = podTemplateOf(object)?.spec;
      if (spec === undefined) return;
      const account = `${object.namespace}/${spec.at("serviceAccountName").text() ?? spec.at("serviceAccount").text() ?? "default"}`;
      const running = byAccount.get(account) ?? [];
      running.push(`${object.kind} ${object.name}`);
      byAccount.set(account, running);
    });
  return ({ kind, namespace, name }) => {
    const all = kind === "ServiceAccount" ? [...new Set(byAccount.get(`${namespace}/${name}`) ?? [])] : [];
    if (all.length === 0) return "";
    return ` (${all.slice(0, 2).join(", ")}${all.length > 2 ? ` and ${all.length - 2} more` : ""})`;
  };
}
