import { z } from "zod";
import type { Capability } from "../contract";
import { cidr, dnsName, label, prose } from "../fields";

const version = z
  .string('allowed: a quoted minor version such as "1.34"')
  .regex(/^1\.\d{2}$/, 'allowed: a quoted minor version such as "1.34"')
  .meta({ description: "Minor version of Kubernetes, as text: YAML reads 1.30 as 1.3", examples: ["1.34"], perSite: true });

const networks = {
  version,
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
