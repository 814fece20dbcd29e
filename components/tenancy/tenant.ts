import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Kubernetes } from "../site/settings";
import { clusterFacts, type ClusterFacts } from "./cluster";
import { CONTAINER_DEFAULTS } from "./defaults";
import type { Flow } from "./flows";
import { policiesOf } from "./network-policies";
import { ROLE_FACTS, ROLES, type Role } from "./roles";

export interface TenantArgs {
  readonly role: Role;
  readonly name: string;
  /** `hard` of the quota. A key that is not written is unbounded, so every kind of cost is written (guide policies.md Q-01). */
  readonly hard: Readonly<Record<string, string>>;
  /** Priority classes of which no pod is admitted, for it could evict what users depend on. */
  readonly barred: readonly string[];
  /** Namespaces of the other roles, for the flows between them. */
  readonly peers: Readonly<Partial<Record<Role, string>>>;
  readonly cluster: ClusterFacts;
  /** Flows of the whole facility. */
  readonly flows: readonly Flow[];
}

/** A namespace with all that it must have before the first pod: Pod Security, quota, defaults, and a network that is closed but for the flows. */
export class Tenant extends pulumi.ComponentResource {
  /** The namespace's name; whoever uses it waits for quota, defaults and policies by depending on the component. */
  readonly namespace: pulumi.Output<string>;

  constructor(
    name: string,
    { role, name: namespaceName, hard, barred, peers, cluster, flows }: TenantArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("af:tenancy:Tenant", name, {}, opts);
    const { podSecurity, constraints, irreplaceable } = ROLE_FACTS[role];
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: namespaceName,
          labels: {
            "analysis-facility/role": role,
            // Else OKD would set the levels below itself, from the constraints of the namespace's accounts.
            ...(cluster.securityContextConstraints && { "security.openshift.io/scc.podSecurityLabelSync": "false" }),
            "pod-security.kubernetes.io/enforce": podSecurity,
            "pod-security.kubernetes.io/audit": "restricted",
            "pod-security.kubernetes.io/warn": podSecurity,
          },
        },
      },
      // Claims that are not Pulumi's (homes) die with their namespace, so such a namespace is never deleted by it.
      { parent: this, protect: irreplaceable, retainOnDelete: irreplaceable },
    );
    this.namespace = namespace.metadata.name;
    const inside = { parent: this, deletedWith: namespace };
    new k8s.core.v1.ResourceQuota(`${name}-quota`, { metadata: { name: "quota", namespace: this.namespace }, spec: { hard } }, inside);
    if (barred.length > 0) {
      new k8s.core.v1.ResourceQuota(
        `${name}-barred`,
        {
          metadata: { name: "barred-priorities", namespace: this.namespace },
          spec: {
            hard: { pods: "0" },
            scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: [...barred] }] },
          },
        },
        inside,
      );
    }
    new k8s.core.v1.LimitRange(
      `${name}-defaults`,
      { metadata: { name: "defaults", namespace: this.namespace }, spec: { limits: [{ type: "Container", ...CONTAINER_DEFAULTS }] } },
      inside,
    );
    for (const [policy, spec] of Object.entries(policiesOf(role, { names: peers, cluster, flows }))) {
      new k8s.networking.v1.NetworkPolicy(`${name}-${policy}`, { metadata: { name: policy, namespace: this.namespace }, spec }, inside);
    }
    if (cluster.securityContextConstraints && constraints !== "restricted-v2") {
      new k8s.rbac.v1.RoleBinding(
        `${name}-constraints`,
        {
          metadata: { name: `constraints-${constraints}`, namespace: this.namespace },
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: `system:openshift:scc:${constraints}` },
          subjects: [
            { apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: pulumi.interpolate`system:serviceaccounts:${this.namespace}` },
          ],
        },
        inside,
      );
    }
    this.registerOutputs({ namespace: this.namespace });
  }
}

/** The namespaces that a site has, by role. */
export type Namespaces = Readonly<Partial<Record<Role, Pick<TenantArgs, "name" | "hard" | "barred">>>>;

export interface TenantsArgs {
  readonly namespaces: Namespaces;
  readonly kubernetes: Kubernetes;
  /** Flows of the whole facility. */
  readonly flows: readonly Flow[];
}

/** All namespaces of a facility. */
export class Tenants extends pulumi.ComponentResource {
  private readonly byRole: ReadonlyMap<Role, Tenant>;

  constructor(name: string, { namespaces, kubernetes, flows }: TenantsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:tenancy:Tenants", name, {}, opts);
    const entries = ROLES.flatMap((role) => {
      const settings = namespaces[role];
      return settings === undefined ? [] : [{ role, ...settings }];
    });
    const peers = Object.fromEntries(entries.map(({ role, name: namespace }) => [role, namespace]));
    const cluster = clusterFacts(kubernetes);
    this.byRole = new Map(
      entries.map((entry) => [entry.role, new Tenant(entry.role, { ...entry, peers, cluster, flows }, { parent: this })]),
    );
    this.registerOutputs({ namespaces: peers });
  }

  /** The namespaces of these roles, as far as this site has them: for whoever has to wait for them. */
  within(...roles: readonly Role[]): readonly Tenant[] {
    return roles.flatMap((role) => this.byRole.get(role) ?? []);
  }

  /**
   * The namespace of a role.
   * @throws if the site has none: a defect of the program, for who runs where is decided in one place.
   */
  of(role: Role): Tenant {
    const tenant = this.byRole.get(role);
    if (!tenant) throw new Error(`no part of this site has the role ${role}, and a component asks for its namespace`);
    return tenant;
  }
}
