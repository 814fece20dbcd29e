import type { Chart } from "./chart";
import { deployment, job, RESTRICTED, type Resources } from "../workloads/kit";

interface Part {
  readonly replicaCount: number;
  readonly resources: Resources;
}

/** The part of the chart's values that this project sets. */
export interface CertManagerValues extends Part {
  readonly crds: { readonly enabled: true; readonly keep: true };
  readonly webhook: Part;
  readonly cainjector: Part;
  readonly startupapicheck: { readonly resources: Resources };
  /** `host:port` of DNS servers that are asked whether a record of a challenge is there, separated by commas. */
  readonly dns01RecursiveNameservers?: string;
  /** Whether they alone are asked. */
  readonly dns01RecursiveNameserversOnly?: boolean;
}

const registry = "quay.io/jetstack/cert-manager";
const tag = "v1.21.2";

/**
 * cert-manager (https://github.com/cert-manager/cert-manager/tree/v1.21.2/deploy/charts/cert-manager). Removing the chart keeps its CRDs,
 * because deleting the CRDs would delete all Certificates.
 */
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
