import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Kubernetes } from "../site/settings";
import { clusterFacts, type ClusterFacts } from "./cluster";
import { CONTAINER_DEFAULTS } from "./defaults";
import type { Flow } from "./flows";
import { policiesOf } from "./network-policies";
import { ROLE_FACTS, ROLES, type Role } from "./roles";

/** Annotation of a quota that says by how much it is more than what runs at full scale, so that a lower one can be compared with that. */
export const QUOTA_HEADROOM = "analysis-facility/headroom";

/** Arguments of {@link Tenant}. */
export interface TenantArgs {
  readonly role: Role;
  /** Name of the namespace. */
  readonly name: string;
  /**
   * `hard` of the quota, as Kubernetes quantities by key. A quota does not bound a key that it leaves out, so it lists every kind of cost.
   */
  readonly hard: Readonly<Record<string, string>>;
  /** Factor between what runs at full scale and the quota; 1 where the quota is set by hand. */
  readonly headroom: number;
  /** Priority classes that no pod of the namespace may have, because it could evict pods that users depend on. */
  readonly barred: readonly string[];
  /** Names of all namespaces of the facility, by role, for the flows between them. */
  readonly peers: Readonly<Partial<Record<Role, string>>>;
  readonly cluster: ClusterFacts;
  /** Flows of the whole facility. */
  readonly flows: readonly Flow[];
}

/**
 * A namespace with all that it must have before its first pod: Pod Security, quota, defaults, and network policies that allow only the
 * flows.
 */
export class Tenant extends pulumi.ComponentResource {
  /** Name of the namespace. A resource that depends on the component also waits for the quota, the defaults and the policies. */
  readonly namespace: pulumi.Output<string>;

  constructor(
    name: string,
    { role, name: namespaceName, hard, headroom, barred, peers, cluster, flows }: TenantArgs,
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
            // Without this label OKD overwrites the levels below with those that the constraints of the service accounts imply.
            ...(cluster.securityContextConstraints && { "security.openshift.io/scc.podSecurityLabelSync": "false" }),
            "pod-security.kubernetes.io/enforce": podSecurity,
            "pod-security.kubernetes.io/audit": "restricted",
            "pod-security.kubernetes.io/warn": podSecurity,
          },
        },
      },
      // Deleting a namespace deletes claims in it that Pulumi does not know, such as homes. So Pulumi never deletes such a namespace.
      { parent: this, protect: irreplaceable, retainOnDelete: irreplaceable },
    );
    this.namespace = namespace.metadata.name;
    const inside = { parent: this, deletedWith: namespace };
    const annotations = { [QUOTA_HEADROOM]: String(headroom) };
    const metadata = { name: "quota", namespace: this.namespace, annotations };
    new k8s.core.v1.ResourceQuota(`${name}-quota`, { metadata, spec: { hard } }, inside);
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
export type Namespaces = Readonly<Partial<Record<Role, Pick<TenantArgs, "name" | "hard" | "headroom" | "barred">>>>;

/** Arguments of {@link Tenants}. */
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

  /** The namespaces of these roles that this site has; a component depends on them to wait for them. */
  within(...roles: readonly Role[]): readonly Tenant[] {
    return roles.flatMap((role) => this.byRole.get(role) ?? []);
  }

  /**
   * The namespace of a role.
   * @throws {Error} if no part of the site has that role. That is a defect of the program, not of a site file.
   */
  of(role: Role): Tenant {
    const tenant = this.byRole.get(role);
    if (!tenant) throw new Error(`no part of this site has the role ${role}, and a component asks for its namespace`);
    return tenant;
  }
}
