import { useLabel } from "#af/components/nodes/labels";
import { PRIORITIES } from "#af/components/platform/priority-classes";
import type { ClusterObject } from "#af/sandbox/cluster/client";
import type { RunningControlPlane } from "#af/sandbox/control-plane/control-plane";
import { certificateSecret } from "#af/sandbox/controller/issue";
import { GIVEN_PROVISIONER, givenObjects } from "#af/sandbox/given/given";
import { filledRelease } from "#af/sandbox/live/hub-chart";
import { provideLive } from "#af/sandbox/live/provide";
import { hubRelease } from "#af/sandbox/live/site-programs";
import type { Toolbox } from "#af/sandbox/tools/toolbox";
import { partsOf } from "#af/stacks/site/parts";
import type { Site } from "#af/stacks/site/schema";
import { Progress } from "#af/terminal/progress";
import type { Subject } from "../../components/hub/subjects";
import { skipped } from "../../support/skipped";
import type { LivePod, LiveSandbox } from "./live-pods";

/** The map of programs of a site's hub; the suite is skipped, with the reason, where they cannot be had. */
export function hubMapOrSkip(suite: Mocha.Context, { folder }: LiveSandbox, site: Site): Promise<string> {
  return provideLive(folder, site, new Progress(), new AbortController().signal).catch((error: unknown) =>
    skipped(suite, (error as Error).message),
  );
}

/**
 * Starts a sandbox with the hub of a site and what the rest of the facility gives it, and waits until hub and proxy are ready.
 * @param map programs of the pods, as {@link hubMapOrSkip} makes them.
 * @param surrounds what is there before the hub, as {@link surroundings} makes it.
 */
export async function startHub(
  sandbox: LiveSandbox,
  { site, hub }: Subject,
  { tools, map, surrounds }: { readonly tools: Toolbox; readonly map: string; readonly surrounds: readonly ClusterObject[] },
): Promise<RunningControlPlane> {
  const release = hubRelease(site);
  const { namespace } = release;
  const controlPlane = await sandbox.start(tools, undefined, map);
  await sandbox.ask({ ask: "nodes", hosts: [{ name: HOST, pool: "workers", controlPlane: false, cpu: 64, memory: 2 ** 37 }] });
  await sandbox.ask({ ask: "crds", groups: ["traefik.io"] });
  await sandbox.ask({ ask: "apply", objects: surrounds });
  await sandbox.serve([release], filledRelease);
  await sandbox.install({ ...release, values: hub });
  const isReady = ({ metadata, status }: LivePod): boolean =>
    ["hub", "proxy"].includes(metadata.labels?.["component"] ?? "") &&
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
  await sandbox
    .until<readonly LivePod[]>(
      { ask: "list", apiVersion: "v1", kind: "Pod", namespace },
      (pods) => pods.filter(isReady).length === 2,
      120_000,
    )
    .catch(async (error: unknown) => {
      throw new Error(`${(error as Error).message}\n${await sandbox.account(namespace)}`);
    });
  return controlPlane;
}

/** Name of the only host. */
const HOST = "host";

/** The only host, for users and services. */
export const USERS_HOST: ClusterObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: HOST, labels: { "hub.jupyter.org/node-purpose": "user", [useLabel("services")]: "true" } },
};

/** What the rest of the facility gives the hub: rights, settings of clients, priorities, storage classes, a certificate, the client of the login, a host. */
export async function surroundings({ site, hub: values }: Subject): Promise<readonly ClusterObject[]> {
  const { namespace } = hubRelease(site);
  const key = (apiVersion: string, kind: string, name: string): ClusterObject => ({ apiVersion, kind, metadata: { name, namespace } });
  const rights = Object.entries(partsOf(site).hub.hub.objects).flatMap(([name, object]) =>
    name.startsWith("hub-rights") || object.kind === "ConfigMap" ? [object] : [],
  );
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
    ...Object.keys(PRIORITIES).map((name) => ({ ...key("scheduling.k8s.io/v1", "PriorityClass", name), value: 1 })),
    ...[...new Set(classes)].map((name) => ({ ...key("storage.k8s.io/v1", "StorageClass", name), provisioner: GIVEN_PROVISIONER })),
    ...claims.map((name) => ({
      ...key("v1", "PersistentVolumeClaim", name),
      spec: { accessModes: ["ReadOnlyMany"], resources: { requests: { storage: "1Gi" } }, storageClassName: classes[0] },
    })),
    ...givenObjects(site),
    ...(JSON.parse(JSON.stringify(rights)) as readonly ClusterObject[]),
    certificate,
    { ...key("v1", "Secret", login[0] ?? "none"), stringData: { "client-id": "a-client", "client-secret": "a-secret" } },
    ...keys.map((name) => ({ ...key("v1", "Secret", name), stringData: { facility: "a key that signs tokens" } })),
    USERS_HOST,
  ];
}
