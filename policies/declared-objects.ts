import { isDeepStrictEqual } from "node:util";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { behindProxy, plain } from "./engine-values";
import { inOrder, objectsOfResource, type KubernetesObject } from "./model/objects";

/** What the engine says about a resource to a rule about one resource, and to one about the whole stack. */
export type EngineResource = Pick<ResourceValidationArgs | PolicyResource, "type" | "props" | "urn" | "opts">;

/** A resource as it was shown last. */
interface Declared {
  readonly shown: object;
  readonly told: { readonly properties: unknown; readonly protect: boolean };
  readonly objects: readonly KubernetesObject[];
}

/**
 * The objects that the program of a stack declares.
 *
 * To a rule about the whole stack the engine shows what the API server made of the objects: with all defaults and a status in an update, with some of them in a
 * preview, and with what others have put on them. It keeps what the program declares from such a rule (AnalyzeResources in
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/step_generator.go), but before it does so it shows each declared resource to the rules about
 * one resource. These resources are remembered here, so all rules judge the same.
 */
export class DeclaredObjects {
  private readonly declared = new Map<string, Declared>();
  private last: { readonly urns: string; readonly objects: readonly KubernetesObject[] } | undefined;

  /** Whether no resource was shown. */
  get isEmpty(): boolean {
    return this.declared.size === 0;
  }

  /** Remembers a resource as the program declares it, in place of what was remembered of it before. Returns its objects. */
  remember({ type, props, urn, opts: { protect } }: EngineResource): readonly KubernetesObject[] {
    const known = this.declared.get(urn);
    const shown = behindProxy(props);
    // Every rule about one resource is shown it, and only the first has to read it and to work out what a chart makes of it.
    if (known?.shown === shown && known.told.protect === protect) return known.objects;
    const told = { properties: plain(props), protect };
    if (known !== undefined && isDeepStrictEqual(known.told, told)) {
      this.declared.set(urn, { ...known, shown });
      return known.objects;
    }
    const objects = objectsOfResource(type, told.properties, urn, { protect });
    this.declared.set(urn, { shown, told, objects });
    this.last = undefined;
    return objects;
  }

  /**
   * The objects of a whole stack. A resource that the program no longer declares, and that a limited update (`--target`) leaves in the stack, is judged by what
   * the engine shows. The list is the same for all rules that ask about the same resources, so that they can share what they work out from it.
   */
  ofStack(resources: readonly EngineResource[]): readonly KubernetesObject[] {
    const urns = resources
      .map(({ urn }) => urn)
      .sort()
      .join("\n");
    if (this.last?.urns === urns) return this.last.objects;
    const objects = inOrder(resources.flatMap((resource) => this.declared.get(resource.urn)?.objects ?? shown(resource)));
    if (resources.every(({ urn }) => this.declared.has(urn))) this.last = { urns, objects };
    return objects;
  }
}

function shown({ type, props, urn, opts: { protect } }: EngineResource): readonly KubernetesObject[] {
  return objectsOfResource(type, plain(props), urn, { protect });
}
