import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { policiesOf } from "./flows";
import { ROLE_FACTS, type Role } from "./roles";
import type { Quota, Tenancy } from "./settings";

export interface TenantArgs {
  readonly role: Role;
  readonly name: string;
  readonly quota: Quota;
  /** Namespaces of the other roles, for the flows between them. */
  readonly peers: Readonly<Partial<Record<Role, string>>>;
}

/** Defaults for containers that ask for nothing: most charts do not, and a quota refuses such pods (guide chart-footprints.md §1, finding 1). */
const CONTAINER_DEFAULTS = {
  defaultRequest: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "64Mi" },
  default: { memory: "256Mi", "ephemeral-storage": "1Gi" },
};

/** A namespace with all that it must have before the first pod: Pod Security, quota, defaults, and a network that is closed but for the flows. */
export class Tenant extends pulumi.ComponentResource {
  /** The namespace's name; whoever uses it waits for quota, defaults and policies by depending on the component. */
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, { role, name: namespaceName, quota, peers }: TenantArgs, opts?: pulumi.ComponentResourceOptions) {
    super("af:tenancy:Tenant", name, {}, opts);
    const { podSecurity, irreplaceable } = ROLE_FACTS[role];
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: namespaceName,
          labels: {
            "analysis-facility/role": role,
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
    new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      { metadata: { name: "quota", namespace: this.namespace }, spec: { hard: hardOf(quota) } },
      inside,
    );
    new k8s.core.v1.LimitRange(
      `${name}-defaults`,
      { metadata: { name: "defaults", namespace: this.namespace }, spec: { limits: [{ type: "Container", ...CONTAINER_DEFAULTS }] } },
      inside,
    );
    for (const [policy, spec] of Object.entries(policiesOf(role, peers))) {
      new k8s.networking.v1.NetworkPolicy(`${name}-${policy}`, { metadata: { name: policy, namespace: this.namespace }, spec }, inside);
    }
    this.registerOutputs({ namespace: this.namespace });
  }
}

/** All namespaces of a facility. */
export class Tenants extends pulumi.ComponentResource {
  private readonly byRole: ReadonlyMap<Role, Tenant>;

  constructor(name: string, { namespaces }: Tenancy, opts?: pulumi.ComponentResourceOptions) {
    super("af:tenancy:Tenants", name, {}, opts);
    const entries = Object.entries(namespaces) as [Role, NonNullable<Tenancy["namespaces"][Role]>][];
    const peers = Object.fromEntries(entries.map(([role, settings]) => [role, settings.name]));
    this.byRole = new Map(entries.map(([role, settings]) => [role, new Tenant(role, { role, ...settings, peers }, { parent: this })]));
    this.registerOutputs({ namespaces: peers });
  }

  /** The namespaces of these roles, as far as this site has them. */
  those(...roles: readonly Role[]): readonly Tenant[] {
    return roles.flatMap((role) => this.byRole.get(role) ?? []);
  }

  /**
   * The namespace of a role.
   * @throws if the site has none; validation of the site makes sure that no concern asks for one that is missing.
   */
  of(role: Role): Tenant {
    const tenant = this.byRole.get(role);
    if (!tenant) throw new Error(`tenancy.namespaces.${role} is missing, and a concern asked for it`);
    return tenant;
  }
}

/** The quota in Kubernetes' words. A key that is not written is unbounded, so every kind of cost is written (guide policies.md Q-01). */
function hardOf({ cpu, memory, pods, storage, claims, loadBalancers }: Quota): Record<string, string> {
  return {
    "requests.cpu": cpu,
    "requests.memory": memory,
    "limits.memory": doubled(memory),
    "requests.ephemeral-storage": `${pods * 2}Gi`,
    pods: String(pods),
    persistentvolumeclaims: String(claims),
    "requests.storage": storage,
    "services.loadbalancers": String(loadBalancers),
    "services.nodeports": String(loadBalancers * 8),
    "count/secrets": String(pods * 4 + 20),
    "count/configmaps": String(pods * 4 + 40),
  };
}

/** Twice a size, in its own unit. */
function doubled(memory: string): string {
  return memory.replace(/^[\d.]+/, (number) => String(Number(number) * 2));
}
