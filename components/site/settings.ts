import { z } from "zod";
import type { Capability } from "../contract";
import { cidr, day, dnsName, label, prose } from "../fields";

const version = z
  .string('allowed: a quoted minor version such as "1.34"')
  .regex(/^1\.\d{2}$/, 'allowed: a quoted minor version such as "1.34"')
  .meta({ description: "Minor version of Kubernetes, as text: YAML reads 1.30 as 1.3", examples: ["1.34"], perSite: true });

/**
 * Network plugins, and whether they enforce NetworkPolicies. The API server takes such policies whatever the plugin is, and one that does not know them lets
 * all traffic through (https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites). What each does is told in
 * https://kubernetes.io/docs/concepts/cluster-administration/addons/#networking-and-network-policy and in its own pages: Flannel enforces none unless its
 * chart is given `netpol.enabled` (https://github.com/flannel-io/flannel/blob/master/Documentation/netpol.md), and the reference plugin `bridge` connects
 * pods and nothing more (https://www.cni.dev/plugins/current/main/bridge/).
 */
const NETWORK_PLUGINS = {
  antrea: "enforces",
  bridge: "enforces none",
  calico: "enforces",
  canal: "enforces",
  cilium: "enforces",
  flannel: "enforces none",
  "flannel-with-netpol": "enforces",
  kindnet: "enforces",
  "kube-ovn": "enforces",
  "kube-router": "enforces",
  "ovn-kubernetes": "enforces",
  "weave-net": "enforces",
} as const;

/** A network plugin, by the name that its project has for it. */
export type NetworkPlugin = keyof typeof NETWORK_PLUGINS;

/** The plugins that enforce NetworkPolicies. */
export const ENFORCING_PLUGINS = (Object.keys(NETWORK_PLUGINS) as NetworkPlugin[]).filter(enforcesNetworkPolicies);

/** True for a plugin that enforces NetworkPolicies; with any other they are written in vain. */
export function enforcesNetworkPolicies(plugin: NetworkPlugin): boolean {
  return NETWORK_PLUGINS[plugin] === "enforces";
}

/** What somebody has looked at in the cluster, because no object of the facility shows it. */
const seen = z.strictObject({
  holds: z
    .boolean()
    .describe("Whether it is so")
    .meta({ examples: [true] }),
  owner: prose.describe("Who has looked, and answers for it").meta({ examples: ["operators of the cluster"] }),
  checked: day.describe("Day on which they looked").meta({ examples: ["2026-11-02"] }),
});

/** How the cluster guards what all its namespaces share; whoever runs the control plane decides it. What is left out is not known. */
const hardening = z
  .strictObject({
    secretsEncrypted: seen.optional().describe("The API server encrypts Secrets before etcd stores them"),
    auditLogged: seen.optional().describe("The API server has an audit policy and keeps its log"),
    kubeletsAuthorize: seen
      .optional()
      .describe("Every kubelet refuses anonymous requests and asks the API server what a caller may (authorization mode Webhook)"),
  })
  .describe("What somebody has looked at in the cluster, each with who and when; what is left out is not known")
  .meta({ readBy: ["security pack"] });
/** What somebody has looked at in the cluster. */
export type Hardening = z.infer<typeof hardening>;

const networks = {
  version,
  networkPlugin: z.enum(Object.keys(NETWORK_PLUGINS) as [NetworkPlugin, ...NetworkPlugin[]]).meta({
    description:
      "Network plugin of the cluster, which enforces network policies or lets all traffic through; flannel-with-netpol is Flannel with `netpol.enabled`. Cilium knows hosts by address only with `policyCIDRMatchMode: nodes`",
    examples: ["calico"],
  }),
  podCidr: cidr.describe("Network of the pods"),
  serviceCidr: cidr.describe("Network of the Services"),
  hostCidrs: z
    .array(cidr)
    .min(1, "allowed: at least one network")
    .meta({
      description:
        "Networks of the hosts' own addresses, those of the control plane among them: network policies know kubelets, mounts by the kernel and the API server by these addresses alone",
      examples: [["192.0.2.0/24"]],
      perSite: true,
    }),
  hardening: hardening.prefault({}),
};

const kubernetes = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.literal("kubeadm"), ...networks })
    .describe("Plain Kubernetes: Pod Security by label of the namespace, DNS in kube-system"),
  z
    .strictObject({ kind: z.literal("okd"), ...networks })
    .describe("OKD or OpenShift: users and groups assigned by namespace, security context constraints, Routes, DNS in openshift-dns"),
]);
/** Kind and networks of the cluster. */
export type Kubernetes = z.infer<typeof kubernetes>;

/** Settings of what a site is, before any service: its name, its cluster, its networks. */
export const Identity = z
  .strictObject({
    name: label.describe("Name of the stack"),
    title: prose.describe("The facility's name for people"),
    domain: dnsName.describe("Base domain of the facility's names"),
    experiment: z.enum(["cms", "atlas"]).describe("Experiment whose tools and code generators are used"),
    kubernetes: kubernetes.describe("The cluster that the facility stands on"),
  })
  .describe("What the site is: its name, its cluster, its networks")
  .meta({ readBy: ["every service"] });
/** What a site is, with defaults filled in. */
export type Identity = z.infer<typeof Identity>;

/** What a cluster of this kind offers to the services. */
export function clusterOffers({ kubernetes: { kind } }: Identity): readonly Capability[] {
  switch (kind) {
    case "kubeadm":
      return ["hostNetwork", "fixedUsers"];
    case "okd":
      return ["routes"];
  }
}
