import { grouped } from "../../capacity/packing/grouped";
import { accountNameOf, accountOf, closedAccounts, holdsToken } from "../model/accounts";
import { exposedPods, type ExposedPods } from "../model/exposure";
import { subjectName } from "../model/rights";
import { objectName, type JudgementOf, type StackRule } from "../model/rules";
import { Takeovers } from "../model/takeover";
import { attemptOf } from "../model/workloads";

export const exposedPodsCannotTakeTheCluster: StackRule = {
  name: "exposed-pods-cannot-take-the-cluster",
  pack: "security",
  title: "No pod that is reached from outside runs as an account that can take over the cluster.",
  why: "Whoever breaks into a program through its open port has the token of its account. With Secrets, pods, roles or tokens of every namespace in its reach, one hole in one program is the whole cluster. The rule follows bindings to their roles, and accounts to those that they may become. What a chart makes is judged where it is rendered: descriptions of charts tell neither accounts nor roles.",
  sources: [
    "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks",
    "https://github.com/kubescape/regolibrary/blob/master/controls/C-0267-workloadwithclustertakeoverroles.json",
  ],
  severity: "critical",
  enforcement: "mandatory",
  remedy:
    "Take the right out of the role, or bind it in the one namespace where it is needed; set automountServiceAccountToken to false in a pod that never asks the API server; or take the port from outside away.",
  frameworks: ["Kubescape:C-0267", "Kubescape:C-0272", "Kubescape:C-0053", "facility:IDN-25"],
  scope: "stack",
  check: (objects, on) => {
    const attempt = attemptOf(on);
    const closed = closedAccounts(objects);
    const holding: (ExposedPods & { readonly account: string })[] = [];
    for (const exposed of exposedPods(objects, attempt)) {
      const { pod } = exposed;
      attempt(pod.object, () => {
        // A description of a chart tells no account, and a patch may leave out what the object in the cluster has.
        if ((pod.object.origin !== undefined || pod.object.partial) && accountNameOf(pod) === undefined) return;
        on(pod.object).countChecked();
        if (holdsToken(pod, closed)) holding.push({ ...exposed, account: accountOf(pod) });
      });
    }
    if (holding.length === 0) return;
    const takeovers = new Takeovers(objects, attempt);
    for (const [account, pods] of grouped(holding, (each) => each.account)) judgeAccount(account, pods, takeovers, on);
  },
};

function judgeAccount(account: string, [first, ...more]: readonly ExposedPods[], takeovers: Takeovers, on: JudgementOf): void {
  if (first === undefined) return;
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  const who = `${objectName(first.pod.object)}${others} runs as the account ${account} and is reached from outside by ${first.by}`;
  const told = new Set<string>();
  for (const { binding, subject, what, so } of takeovers.of(account)) {
    // A right that two powers cover, or that is told twice, is one.
    const key = `${objectName(binding)} ${subject.field.path} ${what}`;
    if (told.has(key)) continue;
    told.add(key);
    on(binding).violation(
      subject.field,
      `${who}; it has ${what} by this binding, and so ${so}; allowed: accounts that cannot take the cluster`,
      `${subjectName(subject)}: ${what}`,
    );
  }
}
