import type * as pulumi from "@pulumi/pulumi";

/**
 * The field manager under which a site's objects are written. The API server keeps for each manager which fields and which entries of lists
 * it has set, and drops what a manager no longer sets only if no other manager has set it too
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management). A name holds at most 128 characters.
 * @param site name of the site.
 */
export function fieldManager(site: string): string {
  return `analysis-facility-${site}`;
}

/**
 * Makes every object of the cluster be written under one field manager, against whoever else has set a field of it by hand.
 *
 * Left alone, the provider draws a new name for each resource that is not in its state. After an interrupted creation, an import, or a
 * destroy that kept the object, the earlier name still holds what it has set: a label that the site file drops stays, a list that the API
 * server has completed is a conflict, and a changed port becomes a second port of the same name, which the API server refuses.
 */
export function underOneFieldManager(site: string): pulumi.ResourceTransformation {
  const writing = { "pulumi.com/patchFieldManager": fieldManager(site), "pulumi.com/patchForce": "true" };
  return ({ type, props, opts }) => {
    if (!OBJECT.test(type)) return undefined;
    const { metadata = {}, ...rest } = props as Props;
    return { props: { ...rest, metadata: { ...metadata, annotations: { ...metadata.annotations, ...writing } } }, opts };
  };
}

interface Props {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** Types of objects. A release of Helm is none: Helm writes its objects under a name of its own. */
const OBJECT = /^kubernetes:(?!helm\.sh\/)[^:]+:/;
