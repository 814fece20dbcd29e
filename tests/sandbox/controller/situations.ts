import { generateKeyPairSync } from "node:crypto";
import { type ClusterObject } from "#af/sandbox/cluster/client";
import { asFields, worldOf } from "#af/sandbox/cluster/world";
import type { Action, Reconciler } from "#af/sandbox/controller/reconciler";
import { certificateSecret, type CertificateOrder } from "#af/sandbox/controller/issue";
import { object } from "./builders";

const inRook = { namespace: "rook-ceph" };

/** A CephCluster of the facility, as its operator leaves it when it is healthy. */
export const healthyCluster = object("ceph.rook.io/v1", "CephCluster", "ceph", {
  metadata: inRook,
  spec: {
    cephVersion: { image: "quay.io/ceph/ceph:v20.2.4", allowUnsupported: false },
    mon: { count: 0, allowMultiplePerNode: false },
    mgr: { count: 0, allowMultiplePerNode: false },
    resources: {},
    placement: { all: { nodeAffinity: {} } },
    priorityClassNames: {},
    storage: { nodes: [] },
  },
  status: { phase: "Ready", ceph: { health: "HEALTH_OK" } },
});

/** Settings of the gateways of a CephObjectStore. */
export const GATEWAY = { instances: 1, port: 80, resources: {}, placement: { nodeAffinity: {} }, priorityClassName: "" };

/** Metadata of something that is being deleted while an operator's finalizer holds it. */
export function held(finalizer: string): object {
  return { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: [finalizer] };
}

/** An order of a certificate as cert-manager's defaults have it. */
export const ORDER: CertificateOrder = {
  secret: "hub-tls",
  namespace: "default",
  certificate: "hub",
  commonName: "",
  dnsNames: ["hub.example.org", "www.example.org"],
  issuer: { name: "internal", kind: "ClusterIssuer", group: "" },
  authority: "self",
  algorithm: "ECDSA",
  size: 256,
  encoding: "PKCS1",
  hours: 24,
  ca: false,
  labels: {},
  annotations: {},
};

/** The Secret of an authority, as the facility's program makes it for an issuer of type CA. */
export async function authoritySecret(ca = true): Promise<ClusterObject> {
  const order: CertificateOrder = { ...ORDER, secret: "authority", namespace: "cert-manager", commonName: "authority", dnsNames: [], ca };
  return certificateSecret(order);
}

/** The Secret of an ACME account. */
export function accountSecretNamed(name: string): ClusterObject {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  return object("v1", "Secret", name, {
    metadata: { namespace: "cert-manager" },
    data: { "tls.key": Buffer.from(pem).toString("base64") },
  });
}

/** What a reconciler wants done about an object. */
export function wanted(reconciler: Reconciler, subject: ClusterObject, ...others: readonly ClusterObject[]): readonly Action[] {
  return reconciler.actions(worldOf([subject, ...others]), subject);
}

/** The object after the statuses among the actions were written into it, as the server merges them. */
export function after(subject: ClusterObject, actions: readonly Action[]): ClusterObject {
  const status = actions.reduce<Readonly<Record<string, unknown>>>(
    (before, action) =>
      action.kind === "status" && action.key.metadata.name === subject.metadata.name ? { ...before, ...action.status } : before,
    asFields(subject["status"]),
  );
  return { ...subject, status: Object.fromEntries(Object.entries(status).filter(([, value]) => value !== null)) };
}

/** The objects that are to be applied. */
export function applied(actions: readonly Action[]): readonly ClusterObject[] {
  return actions.flatMap((action) => (action.kind === "apply" ? [action.object] : []));
}

/** The events that are to be written, as `reason: message`. */
export function eventsIn(actions: readonly Action[]): readonly string[] {
  return actions.flatMap((action) => (action.kind === "event" ? [`${action.reason}: ${action.message}`] : []));
}

/** The text of a Secret. */
export function heldText(secret: ClusterObject | undefined, key: string): string {
  return Buffer.from((secret?.["data"] as Record<string, string> | undefined)?.[key] ?? "", "base64").toString();
}
