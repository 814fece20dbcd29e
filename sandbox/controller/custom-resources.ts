import { createHash } from "node:crypto";
import type { Chart } from "../../components/charts/chart";
import { WORKLOAD_TYPES } from "../../components/workloads/workload";
import { labelled } from "../charts/install";
import { notReady } from "../charts/readiness";
import { bareKey, sameObject } from "../charts/release";
import { type ClusterObject } from "../cluster/client";
import { findKey, groupOf, text, type World } from "../cluster/world";
import { type Behaviour, readyCondition } from "./behaviour";
import { certManagerBehaviours } from "./cert-manager";
import { addFinalizer, type Change, removeFinalizer, type Rule, status } from "./change";
import { actingOperator, chartsOf } from "./operator";
import { bucketClaim, deletionBlocked, rookBehaviours } from "./rook";

const operandLabel = "sandbox.analysis-facility/operand-of";
const hashAnnotation = "sandbox.analysis-facility/operand-hash";

/** Groups that have rules of their own, and those whose controllers write no status that anybody could wait for. */
const elsewhere = new Set(["helm.toolkit.fluxcd.io", "source.toolkit.fluxcd.io", "metallb.io", "traefik.io", "hub.traefik.io"]);
const silent = new Set([
  "ServiceMonitor",
  "PodMonitor",
  "Probe",
  "PrometheusRule",
  "ScrapeConfig",
  "AlertmanagerConfig",
  "CertificateRequest",
  "Order",
  "Challenge",
]);

const behaviours: Readonly<Record<string, Readonly<Record<string, Behaviour>>>> = {
  "ceph.rook.io": rookBehaviours,
  "objectbucket.io": { ObjectBucketClaim: bucketClaim },
  "cert-manager.io": certManagerBehaviours,
};

/** What operators do about their custom resources: pods, status and finalizers. A kind that nobody knows is called ready, and says so. */
export const customResources: Rule = {
  name: "custom resource",
  subjects: (world) =>
    world.all("apiextensions.k8s.io", "CustomResourceDefinition").flatMap((definition) => {
      const [group, kind] = [text(definition, "spec", "group") ?? "", text(definition, "spec", "names", "kind") ?? ""];
      return elsewhere.has(group) || silent.has(kind) ? [] : world.all(group, kind);
    }),
  changes: (world, resource) => {
    const group = groupOf(resource.apiVersion);
    const operator = actingOperator(world, group);
    if (operator === undefined && chartsOf(group).length > 0) return [];
    const behaviour = behaviours[group]?.[resource.kind] ?? readyCondition;
    return resource.metadata.deletionTimestamp === undefined
      ? maintain(world, resource, behaviour, operator)
      : letGo(world, resource, behaviour);
  },
};

function maintain(world: World, resource: ClusterObject, behaviour: Behaviour, operator: Chart<unknown> | undefined): readonly Change[] {
  const finalizer = behaviour.finalizer === undefined ? [] : addFinalizer(resource, behaviour.finalizer);
  const needs = behaviour.needs?.(world, resource) ?? [];
  if (needs.length > 0) return [...finalizer, ...status(resource, behaviour.status(resource, needs))];
  const operands = operator === undefined ? [] : operandsOf(operator, resource, clustersOf(world, resource));
  const lacking = operands.flatMap((operand) => notReady(operand, findKey(world, operand)) ?? []);
  const products = (behaviour.products?.(world, resource) ?? []).filter(
    // A product that is there is left alone: what lies in it has been handed out already.
    (change) => change.kind !== "apply" || findKey(world, change.object) === undefined,
  );
  return [
    ...finalizer,
    ...products,
    ...operandChanges(world, resource, operands),
    ...status(resource, behaviour.status(resource, lacking)),
  ];
}

function letGo(world: World, resource: ClusterObject, behaviour: Behaviour): readonly Change[] {
  if (behaviour.finalizer === undefined) return [];
  const dependents = behaviour.dependents?.(world, resource) ?? [];
  if (dependents.length > 0) return status(resource, deletionBlocked(resource, dependents));
  return removeFinalizer(resource, behaviour.finalizer);
}

/** Clusters of the operator's own group: what runs for a store follows from the cluster that it belongs to. */
function clustersOf(world: World, { apiVersion }: ClusterObject): readonly ClusterObject[] {
  return world.all(groupOf(apiVersion), "CephCluster");
}

/** The pods' owners that an operator makes of a resource: they go with it, by the garbage collector. */
function operandsOf(operator: Chart<unknown>, resource: ClusterObject, siblings: readonly ClusterObject[]): readonly ClusterObject[] {
  const { apiVersion, kind, metadata } = resource;
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
  return (operator.operands?.(resource, siblings) ?? []).map((workload) => {
    const object = labelled(workload, metadata.namespace ?? "default", {
      "app.kubernetes.io/managed-by": "sandbox",
      [operandLabel]: metadata.uid ?? metadata.name,
    });
    const hash = createHash("sha256").update(JSON.stringify(object)).digest("hex").slice(0, 16);
    const owners = object.metadata.namespace === metadata.namespace || metadata.namespace === undefined ? { ownerReferences: [owner] } : {};
    return {
      ...object,
      metadata: { ...object.metadata, ...owners, annotations: { ...object.metadata.annotations, [hashAnnotation]: hash } },
    };
  });
}

function operandChanges(world: World, resource: ClusterObject, operands: readonly ClusterObject[]): readonly Change[] {
  const mine = WORKLOAD_TYPES.flatMap(([apiVersion, kind]) => world.all(groupOf(apiVersion), kind)).filter(
    (object) => object.metadata.labels?.[operandLabel] === resource.metadata.uid,
  );
  const obsolete = mine.filter((object) => !operands.some((operand) => sameObject(bareKey(operand), bareKey(object))));
  const differing = operands.filter(
    (operand) => findKey(world, operand)?.metadata.annotations?.[hashAnnotation] !== operand.metadata.annotations?.[hashAnnotation],
  );
  return [
    ...differing.map((object): Change => ({ kind: "apply", object })),
    ...obsolete.map((object): Change => ({ kind: "delete", key: bareKey(object) })),
  ];
}
