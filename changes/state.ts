import { z } from "zod";
import { UsageError } from "../terminal/failure";
import { redactedInputs } from "../policies/redact";

/** A resource of a stack, as a plan or the engine's state tells it. */
export interface StateResource {
  readonly urn: string;
  /** Pulumi's type token. */
  readonly type: string;
  readonly name: string;
  /** Inputs with secrets hidden. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** True if the engine refuses to delete it. */
  readonly protect: boolean;
  /** True if the object stays in the cluster when the resource leaves the stack. */
  readonly retainOnDelete: boolean;
}

/** True for a resource that is part of a facility: no provider, and not the stack itself. */
export function isOfFacility(type: string): boolean {
  return !/^pulumi:(providers:|pulumi:Stack$)/.test(type);
}

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          custom: z.boolean().default(false),
          delete: z.boolean().default(false),
          inputs: z.record(z.string(), z.unknown()).default({}),
          protect: z.boolean().default(false),
          retainOnDelete: z.boolean().default(false),
        }),
      )
      .default([]),
  }),
});

/**
 * The resources of what is deployed, of the file that `pulumi stack export` writes.
 * @throws {UsageError} if it is no such file, or of another stack.
 */
export function deployedResources(document: unknown, source: string, site: string): readonly StateResource[] {
  const read = exported.safeParse(document);
  if (!read.success)
    throw new UsageError(`${source}: found no state of a stack; allowed: what pulumi stack export --file ${source} writes`);
  const resources = read.data.deployment.resources.filter((each) => !each.delete);
  const stack = resources.map(({ urn }) => urn.split("::")[0]?.split(":").at(-1)).find((name) => name !== undefined);
  if (stack !== undefined && stack !== site)
    throw new UsageError(
      `${source}: found the state of the stack ${stack}; allowed: that of ${site}. Write it: pulumi stack export -s ${site} --file ${source}`,
    );
  return resources
    .filter(({ custom, type }) => custom && isOfFacility(type))
    .map(({ urn, type, inputs, protect, retainOnDelete }) => ({
      urn,
      type,
      name: urn.split("::").at(-1) ?? urn,
      inputs: redactedInputs(type, withoutDefaults(inputs)),
      protect,
      retainOnDelete,
    }));
}

/** Inputs as the program gives them: without those of which the engine notes, in `__defaults`, that a provider has filled them in. */
function withoutDefaults(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const filled = Array.isArray(inputs["__defaults"]) ? (inputs["__defaults"] as readonly unknown[]) : [];
  const given = Object.entries(inputs).filter(([key]) => !key.startsWith("__") && !filled.includes(key));
  return Object.fromEntries(given);
}

/** Types of values that are generated once; none of their providers is the cluster's. */
export const GENERATED = /^(random|tls):/;

/**
 * What is deployed, of generated values only the inputs that the program gives: their providers fill in the others, and not all of them note
 * which.
 */
export function asProgrammed(deployed: readonly StateResource[], planned: readonly StateResource[]): readonly StateResource[] {
  const given = new Map(planned.map(({ urn, inputs }) => [urn, Object.keys(inputs)]));
  return deployed.map((resource) => {
    const keys = given.get(resource.urn);
    if (keys === undefined || !GENERATED.test(resource.type)) return resource;
    return { ...resource, inputs: Object.fromEntries(Object.entries(resource.inputs).filter(([key]) => keys.includes(key))) };
  });
}
