import type { Json } from "../properties";
import { annotationOf, groupOf, textAt } from "./objects";

/** The annotations through which a program steers the provider; they are sent to the cluster like any other. */
export const annotation = {
  autonamed: "pulumi.com/autonamed",
  deletionPropagation: "pulumi.com/deletionPropagationPolicy",
  fieldManager: "pulumi.com/patchFieldManager",
  patchForce: "pulumi.com/patchForce",
  skipAwait: "pulumi.com/skipAwait",
  timeoutSeconds: "pulumi.com/timeoutSeconds",
  waitFor: "pulumi.com/waitFor",
} as const;

export function isSet(object: Json | undefined, key: string): boolean {
  return annotationOf(object, key) === "true";
}

/** How long to wait, in seconds: the program's `customTimeouts` first, then the annotation, then the kind's own. */
export function timeoutSeconds(object: Json | undefined, requested: number, usual: number): number {
  if (requested > 0) return requested;
  const annotated = Number.parseInt(annotationOf(object, annotation.timeoutSeconds), 10);
  return Number.isNaN(annotated) ? usual : annotated;
}

/** What becomes of the objects that the deleted one owns. */
export function propagationPolicy(object: Json | undefined): "Foreground" | "Background" | "Orphan" {
  switch (annotationOf(object, annotation.deletionPropagation).toLowerCase()) {
    case "orphan":
      return "Orphan";
    case "background":
      return "Background";
    default:
      return "Foreground";
  }
}

const skipsDeletion: ReadonlySet<string> = new Set([
  "/Namespace",
  "/Pod",
  "/ReplicationController",
  "apps/DaemonSet",
  "apps/Deployment",
  "apps/StatefulSet",
  "batch/Job",
]);

/** `skipAwait` holds for deletion of these kinds only, as in the official provider; everything else is waited for until it is gone. */
export function skipsDeletionWait(object: Json | undefined): boolean {
  const kind = `${groupOf(textAt(object, "apiVersion"))}/${textAt(object, "kind")}`;
  return isSet(object, annotation.skipAwait) && skipsDeletion.has(kind);
}
