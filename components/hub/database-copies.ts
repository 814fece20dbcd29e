import * as fs from "node:fs";
import * as path from "node:path";
import type { V1PodSpec } from "@kubernetes/client-node";
import { bytes, quantityOf } from "../../capacity/quantity";
import { DEFAULTS } from "../charts/jupyterhub-defaults";
import type { Manifest } from "../manifest";
import { nearestFolder } from "../nearest-folder";
import { tolerateUse } from "../nodes/labels";
import type { Nodes } from "../nodes/settings";
import { podKind } from "../tenancy/flows";
import { cronJob } from "../workloads/cron-job";
import { claim, LOCKED, resources } from "../workloads/kit";
import type { DatabaseCopies } from "./database-settings";
import { HUB_PODS } from "./pods";

/** Name of the job's objects, and of the claim with the copies. */
export const DATABASE_COPIES = "hub-database-copies";

/** Pods of the job. */
export const DATABASE_COPIES_PODS = podKind("hub", DATABASE_COPIES, { "app.kubernetes.io/name": DATABASE_COPIES });

/**
 * The claim that the chart makes for the database, and the file in it
 * (https://github.com/jupyterhub/zero-to-jupyterhub-k8s/blob/4.4.0/jupyterhub/templates/hub/deployment.yaml).
 */
const DATABASE = { claim: "hub-db-dir", mountPath: "/srv/jupyterhub", file: "jupyterhub.sqlite" } as const;

/** Seconds after which a run ends, whatever it waits for. We chose ten minutes; a copy takes less than one. */
const DEADLINE_SECONDS = 600;

/** What the job takes from other concerns and from the rest of the hub. */
interface CopiesFacts {
  readonly namespace: string;
  readonly nodes: Nodes;
  readonly blockClass: string;
  /** Size of the database's volume. */
  readonly size: string;
}

/** The job that copies the hub's database, with its program and the claim of the copies, by the last part of the resource's name. */
export function databaseCopies({ keep, schedule }: DatabaseCopies, { namespace, nodes, blockClass, size }: CopiesFacts) {
  const shared = { name: DATABASE_COPIES, namespace };
  // Room for every copy that is kept, and for the one that is being made.
  const room = quantityOf("memory", bytes(size) * BigInt(keep + 1));
  const { metadata, ...rest } = claim(DATABASE_COPIES, namespace, room, blockClass);
  return {
    "database-copies-program": { apiVersion: "v1", kind: "ConfigMap", metadata: shared, data: { "copy_database.py": program() } },
    // Its volume may be made for the first pod only, and nothing waits for that.
    [COPIES_CLAIM]: { ...rest, metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } } } as Manifest,
    "database-copies-job": cronJob({
      ...shared,
      schedule,
      deadline: DEADLINE_SECONDS,
      labels: DATABASE_COPIES_PODS.labels,
      pod: podSpec(keep, nodes),
    }),
  } satisfies Readonly<Record<string, Manifest>>;
}

/** Last part of the name of the claim's resource. */
export const COPIES_CLAIM = "database-copies-claim";

function podSpec(keep: number, nodes: Nodes): V1PodSpec {
  const { image, containerSecurityContext, podSecurityContext } = DEFAULTS.hub;
  const tolerations = [
    ...new Map([...tolerateUse(nodes, "services"), ...tolerateUse(nodes, "users")].map((each) => [JSON.stringify(each), each])).values(),
  ];
  return {
    restartPolicy: "Never",
    // One host at a time mounts the database's volume.
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { ...HUB_PODS.hub.labels } }, topologyKey: "kubernetes.io/hostname" },
        ],
      },
    },
    ...(tolerations.length > 0 && { tolerations }),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    // The database belongs to the hub's user, who alone may read it.
    securityContext: { ...podSecurityContext, fsGroupChangePolicy: "OnRootMismatch" },
    containers: [
      {
        name: DATABASE_COPIES,
        image: `${image.name}:${image.tag}`,
        command: ["python3", "/etc/copies/copy_database.py", path.posix.join(DATABASE.mountPath, DATABASE.file), "/copies", String(keep)],
        // We chose them: SQLite copies page by page.
        resources: resources("50m", "64Mi", "256Mi"),
        securityContext: { ...containerSecurityContext, ...LOCKED },
        volumeMounts: [
          { name: "program", mountPath: "/etc/copies", readOnly: true },
          { name: "database", mountPath: DATABASE.mountPath, readOnly: true },
          { name: "copies", mountPath: "/copies" },
        ],
      },
    ],
    volumes: [
      { name: "program", configMap: { name: DATABASE_COPIES } },
      { name: "database", persistentVolumeClaim: { claimName: DATABASE.claim } },
      { name: "copies", persistentVolumeClaim: { claimName: DATABASE_COPIES } },
    ],
  };
}

function program(): string {
  const below = path.join("components", "hub", "copies");
  return fs.readFileSync(path.join(nearestFolder(__dirname, below), below, "copy_database.py"), "utf8");
}
