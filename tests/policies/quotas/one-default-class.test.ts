import { oneDefaultClass } from "#af/policies/quotas/one-default-class";
import { type Data } from "../manifests";
import { describeCases, type RuleCases } from "./cases";

const KEY = "storageclass.kubernetes.io/is-default-class";
const INGRESS_KEY = "ingressclass.kubernetes.io/is-default-class";

const storageClass = (name: string, annotations: Data): Data => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name, annotations },
  provisioner: "example.org/volumes",
});
const ingressClass = (name: string, annotations: Data): Data => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name, annotations },
  spec: { controller: "example.org/ingress" },
});

export const cases: RuleCases = {
  rule: oneDefaultClass,
  passes: [
    storageClass("first", { [KEY]: "true" }),
    storageClass("second", { [KEY]: "false" }),
    ingressClass("first", { [INGRESS_KEY]: "true" }),
    ingressClass("second", { [INGRESS_KEY]: "false" }),
  ],
  refused: [
    {
      of: 1,
      at: ["metadata", "annotations", KEY],
      value: "true",
      path: `metadata.annotations["${KEY}"]`,
      message: /^is the default, and so is StorageClass first; allowed: one default StorageClass$/,
    },
    {
      of: 1,
      at: ["metadata", "annotations"],
      value: { "storageclass.beta.kubernetes.io/is-default-class": "true" },
      path: 'metadata.annotations["storageclass.beta.kubernetes.io/is-default-class"]',
      message: /^is the default, and so is StorageClass first/,
    },
    {
      of: 3,
      at: ["metadata", "annotations", INGRESS_KEY],
      value: "true",
      path: `metadata.annotations["${INGRESS_KEY}"]`,
      message: /^is the default, and so is IngressClass first; allowed: one default IngressClass$/,
    },
  ],
  unknown: [
    { of: 1, at: ["metadata", "annotations", KEY], wrong: 1 },
    { of: 1, at: ["metadata", "annotations"], wrong: "none" },
    { of: 3, at: ["metadata", "annotations", INGRESS_KEY], wrong: 1 },
  ],
};

describeCases(cases);
