import { plain } from "./engine-values";
import { objectsOfResource, type KubernetesObject, type ResourceOptions } from "./model/objects";

/** What a recording of a program says of its resources, as far as it is read here. */
interface Recorded {
  readonly resources: readonly {
    readonly type: string;
    readonly inputs: unknown;
    readonly urn: string;
    readonly options: ResourceOptions;
  }[];
}

/** The objects that a recorded program makes, those of described charts among them, in the order of its resources. */
export function recordedObjects({ resources }: Recorded): readonly KubernetesObject[] {
  return resources.flatMap(({ type, inputs, urn, options }) => objectsOfResource(type, plain(inputs), urn, options));
}
