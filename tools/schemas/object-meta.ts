import type { Schema } from "./prune";

const text = { type: "string" };
const texts = { type: "object", additionalProperties: text };

/**
 * Metadata of every object. A definition describes none of it, and the API server takes it as this type
 * (https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#objectmeta-v1-meta).
 */
export const OBJECT_META: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    name: text,
    generateName: text,
    namespace: text,
    labels: texts,
    annotations: texts,
    finalizers: { type: "array", items: text },
    ownerReferences: {
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["apiVersion", "kind", "name", "uid"],
        properties: {
          apiVersion: text,
          kind: text,
          name: text,
          uid: text,
          controller: { type: "boolean" },
          blockOwnerDeletion: { type: "boolean" },
        },
      },
    },
    // The server sets the rest, and takes it back from a manifest that was read from a cluster.
    uid: text,
    resourceVersion: text,
    generation: { type: "integer" },
    creationTimestamp: { type: ["string", "null"] },
    deletionTimestamp: { type: ["string", "null"] },
    deletionGracePeriodSeconds: { type: "integer" },
    managedFields: { type: "array" },
    selfLink: text,
  },
};
