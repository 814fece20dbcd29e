import { accountOf } from "../model/accounts";
import { podTemplateOf } from "../model/pods";
import { waysToSecrets } from "../model/powers";
import { isBinding, RBAC, roleBookOf, subjectName, subjectsOf, type Right, type Subject } from "../model/rights";
import { is, type KubernetesObject } from "../model/objects";
import type { JudgementOf, StackRule } from "../model/rules";
import { skipUnreadable } from "../model/workloads";

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
  const found = new Map(rights.flatMap((right) => waysToSecrets(right)).map((way) => [way.what, way]));
  for (const subject of subjectsOf(binding))
    for (const { what, so } of found.values())
      on(binding).violation(
        subject.field,
        `${subjectName(subject)}${runs(subject)} may ${what} in ${where} by the ${role}, and so ${so}; allowed: rights that reach no Secret, or named ones`,
        `${subjectName(subject)}: ${what}`,
      );
}

/** Tells which workloads run as an account, as a part of a sentence; nothing where none is known. */
type Runners = (subject: Subject) => string;

function runners(objects: readonly KubernetesObject[]): Runners {
  const byAccount = new Map<string, string[]>();
  for (const object of objects)
    skipUnreadable(object, () => {
      const pod = podTemplateOf(object);
      if (pod === undefined) return;
      const account = accountOf(pod);
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
