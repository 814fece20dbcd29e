import { operandsOf } from "../../components/charts/catalogue";
import type { Manifest } from "../../components/manifest";
import { plain } from "../../policies/engine-values";
import { type KubernetesObject, objectsOf } from "../../policies/model/objects";

/** A release of a chart that Helm has rendered. */
export interface RenderedRelease {
  readonly chart: string;
  readonly release: string;
  readonly namespace: string;
  /** Its objects, those of hooks among them. */
  readonly objects: readonly Manifest[];
}

/**
 * The objects of rendered releases as the packs read them, with what operators make of the custom resources among them. Each says which chart made
 * it, so that standing exceptions apply to it as they do to the chart's description.
 */
export function renderedObjects(releases: readonly RenderedRelease[]): readonly KubernetesObject[] {
  const everything = releases.flatMap(({ objects }) => objects);
  return releases.flatMap(({ chart, release, namespace, objects }) => {
    const origin = { by: `chart ${namespace}/${release}`, chart, release };
    return objects
      .flatMap((object): readonly Manifest[] => [object, ...operandsOf(object, everything).map((made) => plain(made) as Manifest)])
      .flatMap((manifest) => objectsOf(manifest).filter((object) => object.origin === undefined))
      .map((object) => ({ ...object, origin }));
  });
}
