import { grouped } from "../../capacity/packing/grouped";
import { is, type KubernetesObject } from "./objects";
import { ESCALATIONS, waysToSecrets } from "./powers";
import { allowedOf, isBinding, RBAC, roleBookOf, subjectsOf, type Power, type Right, type Subject, WRITE_VERBS } from "./rights";
import type { Attempt } from "./workloads";

/** A way by which an account takes the cluster. */
export interface Takeover {
  readonly binding: KubernetesObject;
  readonly subject: Subject;
  /** The right with which it begins, such as `create pods`; the role, where nobody can see what it allows. */
  readonly what: string;
  /** What follows from it, as the end of a sentence. */
  readonly so: string;
}

/** What a binding gives to a subject. */
interface Grant {
  readonly binding: KubernetesObject;
  readonly subject: Subject;
  /** The namespace in which it holds; undefined for all of them. */
  readonly namespace: string | undefined;
  /** Undefined if the role is not among the objects. */
  readonly rights: readonly Right[] | undefined;
}

/** What a grant leads to, by one of its rights. */
interface Step {
  readonly what: string;
  readonly so: string;
  /** To whom it leads: the whole cluster; each account of a namespace; or the accounts of which a Secret there holds a token. */
  readonly to: "cluster" | "accounts" | "tokens";
}

/** The namespace of Kubernetes' own controllers: whoever is one of their accounts has nearly everything. */
const CONTROLLERS = "kube-system";
/** Label of a namespace with the level of Pod Security, and the levels that keep pods off their host. */
const LEVEL = "pod-security.kubernetes.io/enforce";
const KEEPING = ["baseline", "restricted"];

/** Powers that make their holder master of a namespace, or any of its accounts. */
const WITHIN: readonly (Power & { readonly pods: boolean })[] = [
  { group: RBAC, resources: ["roles", "clusterroles"], verbs: ["escalate", "bind"], pods: true },
  { group: RBAC, resources: ["rolebindings"], verbs: WRITE_VERBS, pods: true },
  { group: "", resources: ["serviceaccounts"], verbs: ["impersonate"], pods: false },
  { group: "", resources: ["serviceaccounts/token"], verbs: ["create"], pods: false },
];

/**
 * Tells by which rights accounts take the whole cluster. Rights in every namespace are enough by themselves. Rights in one namespace let their holder be the
 * other accounts there, so they are as much as the strongest of these has, or leave the pod for its host where Pod Security does not hinder it
 * (https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks). The level of a namespace that is not among the objects is
 * judged where it is.
 */
export class Takeovers {
  /** Grants by account as `namespace/name`; `namespace/*` and `*` stand for all accounts of one and of all namespaces. */
  private readonly grants: ReadonlyMap<string, readonly Grant[]>;
  private readonly withTokens: ReadonlySet<string>;
  private readonly open: ReadonlySet<string>;
  /** Accounts that take the cluster, with the right by which they do. */
  private readonly masters: ReadonlyMap<string, string>;
  private readonly mastersByNamespace: ReadonlyMap<string, readonly string[]>;

  /** @param attempt deals with bindings, namespaces and Secrets that cannot be read. */
  constructor(objects: readonly KubernetesObject[], attempt: Attempt) {
    this.grants = readGrants(objects, attempt);
    this.withTokens = accountsWithTokens(objects, attempt);
    this.open = openNamespaces(objects, attempt);
    this.masters = this.findMasters();
    this.mastersByNamespace = grouped([...this.masters.keys()], namespaceOf);
  }

  /** The ways by which an account takes the cluster. */
  of(account: string): readonly Takeover[] {
    return this.grantsOf(account).flatMap((grant) =>
      this.steps(grant).flatMap(({ what, so, to }) => {
        const { binding, subject, namespace = "" } = grant;
        if (to === "cluster") return [{ binding, subject, what, so }];
        const masters = this.mastersByNamespace.get(namespace) ?? [];
        const other = masters.find((each) => each !== account && (to === "accounts" || this.withTokens.has(each)));
        if (other === undefined) return [];
        return [{ binding, subject, what, so: `${so}, as ServiceAccount ${other}, which may ${this.masters.get(other) ?? ""}` }];
      }),
    );
  }

  private grantsOf(account: string): readonly Grant[] {
    return [account, `${namespaceOf(account)}/*`, "*"].flatMap((key) => this.grants.get(key) ?? []);
  }

  /** Begins with accounts that take the cluster by themselves, and goes back to those that may be one of them. */
  private findMasters(): ReadonlyMap<string, string> {
    const masters = new Map<string, string>();
    const named = [...this.grants.keys()];
    // Of accounts that have a right only as members of their namespace, one stands for all: each namespace has an account "default". Tokens are of certain ones.
    const members = named.filter((key) => key.endsWith("/*")).map((key) => `${namespaceOf(key)}/default`);
    const accounts = new Set([...named.filter((key) => !key.endsWith("*")), ...members, ...this.withTokens]);
    const led: { readonly account: string; readonly namespace: string; readonly step: Step }[] = [];
    for (const account of accounts)
      for (const grant of this.grantsOf(account))
        for (const step of this.steps(grant))
          if (step.to !== "cluster") led.push({ account, namespace: grant.namespace ?? "", step });
          else if (!masters.has(account)) masters.set(account, step.what);
    const intoNamespace = grouped(led, ({ namespace }) => namespace);
    // A Map is walked in the order in which it grows, so each new master is visited too.
    for (const master of masters.keys())
      for (const { account, namespace, step } of intoNamespace.get(namespaceOf(master)) ?? [])
        if (!masters.has(account) && (step.to === "accounts" || this.withTokens.has(master)))
          masters.set(account, `${step.what} in ${namespace}`);
    return masters;
  }

  private steps({ namespace, rights, binding }: Grant): readonly Step[] {
    if (rights === undefined) {
      const role = binding.root.at("roleRef");
      const what = `${role.at("kind").text() ?? ""} ${role.at("name").text() ?? ""}`;
      return [{ what, so: "nobody can see what it allows, because it is not among the objects", to: "cluster" }];
    }
    return rights.flatMap((right) => (namespace === undefined ? everywhere(right) : this.within(right, namespace)));
  }

  private within(right: Right, namespace: string): readonly Step[] {
    const steps = [
      ...WITHIN.flatMap((power) => {
        const what = allowedOf(right, power);
        return what === undefined ? [] : [{ what, byPods: power.pods, to: "accounts" as const }];
      }),
      ...waysToSecrets(right).map(({ what, byPods }) => ({ what, byPods, to: byPods ? ("accounts" as const) : ("tokens" as const) })),
    ];
    return steps.map(({ what, byPods, to }): Step => {
      if (namespace === CONTROLLERS) return { what, so: "it may be a controller of Kubernetes itself", to: "cluster" };
      if (byPods && this.open.has(namespace))
        return { what, so: `it leaves its pod for the host: nothing holds pods of ${namespace} to a level of Pod Security`, to: "cluster" };
      return { what, so: `it may be another account of ${namespace}`, to };
    });
  }
}

function namespaceOf(account: string): string {
  return account.split("/")[0] ?? "";
}

function everywhere(right: Right): readonly Step[] {
  const escalations = ESCALATIONS.flatMap((power) => {
    const what = allowedOf(right, power);
    return what === undefined ? [] : [{ what, so: power.so.replace(/^its holder/, "it") }];
  });
  const ways = waysToSecrets(right).map(({ what, byPods }) => ({
    what,
    so: byPods ? "it may be any account of the cluster" : "it reads the credentials of all others",
  }));
  return [...escalations, ...ways].map((each): Step => ({ ...each, to: "cluster" }));
}

function readGrants(objects: readonly KubernetesObject[], attempt: Attempt): ReadonlyMap<string, readonly Grant[]> {
  const book = roleBookOf(objects);
  const grants: { readonly key: string; readonly grant: Grant }[] = [];
  for (const binding of objects.filter(isBinding))
    attempt(binding, () => {
      const namespace = is(binding, `${RBAC}/*`, "ClusterRoleBinding") ? undefined : binding.namespace;
      const rights = book.rightsBy(binding);
      for (const subject of subjectsOf(binding)) {
        const key = accountsIn(subject);
        if (key !== undefined) grants.push({ key, grant: { binding, subject, namespace, rights } });
      }
    });
  return new Map([...grouped(grants, ({ key }) => key)].map(([key, all]) => [key, all.map(({ grant }) => grant)]));
}

/** The accounts that a subject stands for; undefined for people. The groups are those of https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/. */
function accountsIn({ kind, namespace, name }: Subject): string | undefined {
  if (kind === "ServiceAccount") return `${namespace}/${name}`;
  if (kind !== "Group") return undefined;
  if (["system:serviceaccounts", "system:authenticated"].includes(name)) return "*";
  const [, of] = /^system:serviceaccounts:(.+)$/.exec(name) ?? [];
  return of === undefined ? undefined : `${of}/*`;
}

/** Accounts of which a Secret holds a token. */
function accountsWithTokens(objects: readonly KubernetesObject[], attempt: Attempt): ReadonlySet<string> {
  const found = new Set<string>();
  for (const object of objects.filter((each) => is(each, "v1", "Secret")))
    attempt(object, () => {
      if (object.root.at("type").text() !== "kubernetes.io/service-account-token") return;
      found.add(`${object.namespace}/${object.root.at("metadata", "annotations", "kubernetes.io/service-account.name").text() ?? ""}`);
    });
  return found;
}

/** Namespaces among the objects that admit pods with any privilege. */
function openNamespaces(objects: readonly KubernetesObject[], attempt: Attempt): ReadonlySet<string> {
  const found = new Set<string>();
  for (const object of objects.filter((each) => is(each, "v1", "Namespace") && !each.partial))
    attempt(object, () => {
      if (!KEEPING.includes(object.root.at("metadata", "labels", LEVEL).text() ?? "")) found.add(object.name);
    });
  return found;
}
