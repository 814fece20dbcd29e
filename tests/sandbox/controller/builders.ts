import { gzipSync } from "node:zlib";
import type { ClusterObject } from "#af/sandbox/cluster/client";

let count = 0;

/** An object as the server would hold it. */
export function object(apiVersion: string, kind: string, name: string, rest: Readonly<Record<string, unknown>> = {}): ClusterObject {
  const { metadata = {}, ...fields } = rest as { metadata?: object };
  count += 1;
  return { apiVersion, kind, metadata: { name, namespace: "default", uid: `uid-${count}`, generation: 1, ...metadata }, ...fields };
}

/** What is in the cluster when a chart is installed: its record and its Deployments, with or without a pod that runs. */
export function installed(
  chart: string,
  namespace: string,
  deployments: readonly string[],
  ready = true,
  release = chart,
): readonly ClusterObject[] {
  const manifest = deployments.map(
    (name) => `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: ${name}, namespace: ${namespace} }\n`,
  );
  return [
    helmRecord({ chart, release, namespace, manifest: manifest.join("---\n") }),
    ...deployments.map((name) => deployment(name, namespace, ready ? 1 : 0)),
  ];
}

/** The Secret in which Helm keeps the record of a release. */
export function helmRecord({
  chart = "metallb",
  release = chart,
  namespace = "default",
  revision = 1,
  status = "deployed",
  manifest = "",
}: Partial<Record<"chart" | "release" | "namespace" | "status" | "manifest", string>> & { readonly revision?: number }): ClusterObject {
  const stored = {
    name: release,
    namespace,
    version: revision,
    info: { status },
    chart: { metadata: { name: chart, version: "1" } },
    manifest,
  };
  const packed = gzipSync(JSON.stringify(stored)).toString("base64");
  return object("v1", "Secret", `sh.helm.release.v1.${release}.v${revision}`, {
    metadata: { namespace, labels: { owner: "helm", name: release, version: String(revision), status } },
    type: "helm.sh/release.v1",
    data: { release: Buffer.from(packed).toString("base64") },
  });
}

export function deployment(name: string, namespace: string, ready: number): ClusterObject {
  return object("apps/v1", "Deployment", name, {
    metadata: { namespace },
    spec: { replicas: 1 },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, readyReplicas: ready },
  });
}

export function definition(group: string, kind: string): ClusterObject {
  return object("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${kind.toLowerCase()}s.${group}`, {
    spec: { group, names: { kind }, versions: [{ name: "v1", storage: true }] },
    status: { conditions: [{ type: "Established", status: "True" }] },
  });
}

export const flux = installed("flux2", "flux-system", ["helm-controller", "source-controller"]);
export const rook = installed("rook-ceph", "rook-ceph", ["rook-ceph-operator", "ceph-csi-controller-manager"]);
export const certManager = installed("cert-manager", "cert-manager", ["cert-manager", "cert-manager-webhook", "cert-manager-cainjector"]);
export const metallb = installed("metallb", "metallb-system", ["metallb-controller"]);
