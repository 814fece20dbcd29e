import { createHash } from "node:crypto";
import { groupOf } from "../../components/manifest";
import type { Chart } from "../../components/charts/chart";
import { WORKLOAD_TYPES } from "../../components/workloads/workload";
import { labelled } from "../charts/labelled";
import { notReady } from "../charts/readiness";
import { bareKey, sameObject } from "../charts/release";
import type { ClusterObject } from "../cluster/client";
import { findByKey, textAt, type World } from "../cluster/world";
import { type Behaviour, readyCondition } from "./behaviour";
import { CERT_MANAGER_BEHAVIOURS } from "./cert-manager";
import { addFinalizer, type Action, removeFinalizer, type Reconciler, statusAction } from "./reconciler";
import { actingOperator, chartsOf } from "./operator";
import { bucketClaim } from "./bucket-claim";
import { ROOK_BEHAVIOURS } from "./rook";
import { statusSchema, stored } from "./structural";

const OPERAND_LABEL = "sandbox.analysis-facility/operand-of";
const HASH_ANNOTATION = "sandbox.analysis-facility/operand-hash";

/** Groups that have reconcilers of their own, and groups whose controllers write no status to wait for. */
const ELSEWHERE = new Set(["helm.toolkit.fluxcd.io", "source.toolkit.fluxcd.io", "metallb.io", "traefik.io", "hub.traefik.io"]);
const SILENT = new Set([
  "ServiceMonitor",
  "PodMonitor",
  "Probe",
  "PrometheusRule",
  "ScrapeConfig",
  "AlertmanagerConfig",
  "ObjectBucket",
  "CertificateRequest",
  "Order",
  "Challenge",
]);

const BEHAVIOURS: Readonly<Record<string, Readonly<Record<string, Behaviour>>>> = {
  "ceph.rook.io": ROOK_BEHAVIOURS,
  "objectbucket.io": { ObjectBucketClaim: bucketClaim },
  "cert-manager.io": CERT_MANAGER_BEHAVIOURS,
};

/**
 * Plays operators: pods, status and finalizers of their custom resources. A kind without a known operator is made ready, and its status
 * says so.
 */
export const customResources: Reconciler = {
  name: "custom resource",
  subjects: (world) =>
    world.all("apiextensions.k8s.io", "CustomResourceDefinition").flatMap((definition) => {
      const [group, kind] = [textAt(definition, "spec", "group") ?? "", textAt(definition, "spec", "names", "kind") ?? ""];
      return ELSEWHERE.has(group) || SILENT.has(kind) ? [] : world.all(group, kind);
    }),
  actions: (world, resource) => {
    const group = groupOf(resource.apiVersion);
    const operator = actingOperator(world, group);
    if (operator === undefined && chartsOf(group).length > 0) return [];
    const behaviour = BEHAVIOURS[group]?.[resource.kind] ?? readyCondition;
    return resource.metadata.deletionTimestamp === undefined
      ? maintain(world, resource, behaviour, operator)
      : letGo(world, resource, behaviour);
  },
};

function maintain(world: World, resource: ClusterObject, behaviour: Behaviour, operator: Chart<unknown> | undefined): readonly Action[] {
  const finalizer = behaviour.finalizer === undefined ? [] : addFinalizer(resource, behaviour.finalizer);
  const needs = behaviour.needs?.(world, resource) ?? [];
  if (needs.length > 0) return [...finalizer, ...told(world, resource, behaviour, needs)];
  const operands = operator === undefined ? [] : operandsOf(operator, resource, clustersOf(world, resource));
  const lacking = operands.flatMap((operand) => notReady(operand, findByKey(world, operand)) ?? []);
  const products = (behaviour.products?.(world, resource) ?? []).filter(
    // A product that exists is left alone, because others already use what is in it.
    (change) => change.kind !== "apply" || findByKey(world, change.object) === undefined,
  );
  const status = told(world, resource, behaviour, lacking);
  const changes = [...products, ...operandChanges(world, resource, operands)];
  return [...finalizer, ...(behaviour.statusFirst === true ? [...status, ...changes] : [...changes, ...status])];
}

/** The status of a resource and the events about it. A kind without a known operator is told only what its definition has a place for. */
function told(world: World, resource: ClusterObject, behaviour: Behaviour, lacking: readonly string[]): readonly Action[] {
  const wanted = behaviour.status(resource, lacking, world);
  const status = statusAction(
    resource,
    behaviour === readyCondition ? (stored(statusSchema(world, resource), wanted) as typeof wanted) : wanted,
  );
  const events = status.length > 0 || lacking.length > 0 ? (behaviour.events?.(resource, wanted, lacking) ?? []) : [];
  return [...status, ...events];
}

function letGo(world: World, resource: ClusterObject, behaviour: Behaviour): readonly Action[] {
  if (behaviour.finalizer === undefined || resource.metadata.finalizers?.includes(behaviour.finalizer) !== true) return [];
  const blocked = behaviour.blocked?.(world, resource);
  if (blocked === undefined) return [...(behaviour.farewell?.(world, resource) ?? []), ...removeFinalizer(resource, behaviour.finalizer)];
  const event: Action = { kind: "event", about: resource, reason: "ReconcileFailed", message: blocked.failure ?? "" };
  return [...statusAction(resource, blocked.status ?? {}), ...(blocked.failure === undefined ? [] : [event])];
}

/** Clusters of the operator's own group: what runs for a store follows from the cluster that it belongs to. */
function clustersOf(world: World, { apiVersion }: ClusterObject): readonly ClusterObject[] {
  return world.all(groupOf(apiVersion), "CephCluster");
}

/** The workloads that an operator makes for a resource; the garbage collector deletes them together with it. */
function operandsOf(operator: Chart<unknown>, resource: ClusterObject, siblings: readonly ClusterObject[]): readonly ClusterObject[] {
  const { apiVersion, kind, metadata } = resource;
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
  return (operator.operands?.(resource, siblings) ?? []).map((workload) => {
    const object = labelled(workload, metadata.namespace ?? "default", {
      "app.kubernetes.io/managed-by": "sandbox",
      [OPERAND_LABEL]: metadata.uid ?? metadata.name,
    });
    const hash = createHash("sha256").update(JSON.stringify(object)).digest("hex").slice(0, 16);
    const owners = object.metadata.namespace === metadata.namespace || metadata.namespace === undefined ? { ownerReferences: [owner] } : {};
    return {
      ...object,
      metadata: { ...object.metadata, ...owners, annotations: { ...object.metadata.annotations, [HASH_ANNOTATION]: hash } },
    };
  });
}

function operandChanges(world: World, resource: ClusterObject, operands: readonly ClusterObject[]): readonly Action[] {
  const mine = WORKLOAD_TYPES.flatMap(([apiVersion, kind]) => world.all(groupOf(apiVersion), kind)).filter(
    (object) => object.metadata.labels?.[OPERAND_LABEL] === resource.metadata.uid,
  );
  const obsolete = mine.filter((object) => !operands.some((operand) => sameObject(bareKey(operand), bareKey(object))));
  const differing = operands.filter(
    (operand) => findByKey(world, operand)?.metadata.annotations?.[HASH_ANNOTATION] !== operand.metadata.annotations?.[HASH_ANNOTATION],
  );
  return [
    // The API server lets nobody change the pods of a Job, so operators delete it and make another.
    ...differing.map((object): Action =>
      object.kind === "Job" && findByKey(world, object) !== undefined
        ? { kind: "delete", key: bareKey(object) }
        : { kind: "apply", object },
    ),
    ...obsolete.map((object): Action => ({ kind: "delete", key: bareKey(object) })),
  ];
}
