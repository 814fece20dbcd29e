import type { Chart } from "./chart";
import { deployment, job, RESTRICTED, type Resources } from "../workloads/kit";

interface Part {
  readonly replicaCount: number;
  readonly resources: Resources;
}

export interface CertManagerValues extends Part {
  readonly crds: { readonly enabled: true; readonly keep: true };
  readonly webhook: Part;
  readonly cainjector: Part;
  readonly startupapicheck: { readonly resources: Resources };
}

const registry = "quay.io/jetstack/cert-manager";
const tag = "v1.21.2";

/** cert-manager (guide chart-footprints.md §3). Its CRDs are kept on removal: with them all Certificates would go. */
export const certManager: Chart<CertManagerValues> = {
  name: "cert-manager",
  repository: "https://charts.jetstack.io",
  version: tag,
  crdGroups: ["cert-manager.io", "acme.cert-manager.io"],
  workloads: ({ name, namespace, values }) => [
    part(name, namespace, "controller", values),
    part(`${name}-webhook`, namespace, "webhook", values.webhook),
    part(`${name}-cainjector`, namespace, "cainjector", values.cainjector),
    job({
      name: `${name}-startupapicheck`,
      namespace,
      containers: [
        {
          name: "check",
          image: `${registry}-startupapicheck:${tag}`,
          resources: values.startupapicheck.resources,
          securityContext: RESTRICTED,
        },
      ],
    }),
  ],
};

function part(name: string, namespace: string, image: string, { replicaCount, resources }: Part) {
  return deployment({
    name,
    namespace,
    replicas: replicaCount,
    containers: [{ name: image, image: `${registry}-${image}:${tag}`, resources, securityContext: RESTRICTED }],
  });
}
