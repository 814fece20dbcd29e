import { ROLES } from "../../components/tenancy/roles";
import { facilityMade } from "../facility-made";
import { accountNameOf, accountOf, AUTOMOUNT, closedAccounts } from "../model/accounts";
import type { KubernetesObject } from "../model/objects";
import { podTemplateOf } from "../model/pods";
import { isBinding, subjectsOf } from "../model/rights";
import type { Judgement, SiteRule } from "../model/rules";
import { skipUnreadable } from "../model/workloads";

export const tokensAreForWhoUsesThem: SiteRule = {
  name: "tokens-are-for-who-uses-them",
  pack: "security",
  title: "In the namespaces of the facility no pod mounts a token of an account to which nothing is bound.",
  why: "Whoever breaks into a pod has its token, and with it whatever its account gets later. A pod that never asks the API server needs none, and Kubernetes mounts one unless it is told not to. What a chart makes is judged where it names its account, which descriptions of charts do not.",
  sources: ["https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting"],
  severity: "high",
  enforcement: "mandatory",
  remedy: `Set ${AUTOMOUNT} to false in the pod, or bind a role to its account.`,
  frameworks: ["CIS:5.1.6", "Kubescape:C-0034", "Checkov:CKV_K8S_38", "facility:IDN-01"],
  scope: "site",
  check: (objects, site, on) => {
    const made = facilityMade(site);
    const accounts = accountsOf(objects);
    for (const object of objects)
      if (ROLES.some((role) => made.isNamespaceOf(role, object.namespace)))
        on(object).attempt(() => judgePod(object, on(object), accounts));
  },
};

interface Accounts {
  /** Accounts, by namespace and name, to which a role is bound. */
  readonly bound: ReadonlySet<string>;
  /** Accounts whose own object says that no token is mounted. */
  readonly closed: ReadonlySet<string>;
}

function accountsOf(objects: readonly KubernetesObject[]): Accounts {
  const bound = new Set<string>();
  for (const object of objects)
    // A binding that cannot be read binds nothing here, so the pods of its account are findings.
    skipUnreadable(object, () => {
      if (isBinding(object))
        for (const { kind, namespace, name } of subjectsOf(object)) if (kind === "ServiceAccount") bound.add(`${namespace}/${name}`);
    });
  return { bound, closed: closedAccounts(objects) };
}

function judgePod(object: KubernetesObject, judgement: Judgement, { bound, closed }: Accounts): void {
  const pod = podTemplateOf(object);
  // A patch may leave out what the object in the cluster has.
  if (pod === undefined || object.partial) return;
  const mounts = pod.spec.at(AUTOMOUNT);
  const said = mounts.boolean();
  if (object.origin !== undefined && said === undefined && accountNameOf(pod) === undefined) return;
  judgement.countChecked();
  const account = accountOf(pod);
  if (said === false || bound.has(account) || (said === undefined && closed.has(account))) return;
  judgement.violation(
    mounts,
    `${said === true ? "is true" : "is left out, and so true"}, and no role is bound to the account ${account}; allowed: false`,
    AUTOMOUNT,
  );
}
