import { useLabel } from "#af/components/nodes/labels";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import { certificateSecret } from "#af/sandbox/controller/issue";
import { GIVEN_PROVISIONER } from "#af/sandbox/given/given";
import { partsOf } from "#af/stacks/site/parts";
import type { Subject } from "../../components/hub/subjects";

/** What the rest of the facility gives the hub: rights, settings of clients, priorities, storage classes, a certificate, the client of the login, a host for users. */
export async function surroundings({ site, hub: values }: Subject, namespace: string): Promise<readonly ClusterObject[]> {
  const key = (apiVersion: string, kind: string, name: string): ClusterObject => ({ apiVersion, kind, metadata: { name, namespace } });
  const rights = Object.entries(partsOf(site).hub.hub.objects).flatMap(([name, object]) =>
    name.startsWith("hub-rights") || name === "clients" ? [object] : [],
  );
  const priorities = [values.hub.extraPodSpec, values.singleuser.extraPodConfig].map(({ priorityClassName }) => priorityClassName);
  const classes = [values.hub.db.pvc.storageClassName, values.singleuser.storage.dynamic.storageClass];
  const login = Object.values(values.hub.extraEnv).flatMap((each) =>
    typeof each === "string" ? [] : (each.valueFrom?.secretKeyRef?.name ?? []),
  );
  const keys = (values.hub.extraVolumes ?? []).flatMap(({ secret }) => secret?.secretName ?? []);
  const claims = values.singleuser.storage.extraVolumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  const certificate = await certificateSecret({
    ...{ secret: values.proxy.https.secret?.name ?? "none", namespace, certificate: "hub", commonName: "", dnsNames: [site.hub.host] },
    ...{ issuer: { name: "any", kind: "Issuer", group: "cert-manager.io" }, authority: "self", algorithm: "ECDSA", size: 256 },
    ...{ encoding: "PKCS8", hours: 24, ca: false, labels: {}, annotations: {} },
  });
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    ...[...new Set(priorities)].map((name) => ({ ...key("scheduling.k8s.io/v1", "PriorityClass", name), value: 1 })),
    ...[...new Set(classes)].map((name) => ({ ...key("storage.k8s.io/v1", "StorageClass", name), provisioner: GIVEN_PROVISIONER })),
    ...claims.map((name) => ({
      ...key("v1", "PersistentVolumeClaim", name),
      spec: { accessModes: ["ReadOnlyMany"], resources: { requests: { storage: "1Gi" } }, storageClassName: classes[0] },
    })),
    ...(JSON.parse(JSON.stringify(rights)) as readonly ClusterObject[]),
    certificate,
    { ...key("v1", "Secret", login[0] ?? "none"), stringData: { "client-id": "a-client", "client-secret": "a-secret" } },
    ...keys.map((name) => ({ ...key("v1", "Secret", name), stringData: { facility: "a key that signs tokens" } })),
    { apiVersion: "v1", kind: "Node", metadata: { name: "host", labels: { "hub.jupyter.org/node-purpose": "user", [useLabel("services")]: "true" } } },
  ];
}
