import type { StateResource } from "#af/changes/state";

/** A resource of a stack with these inputs. */
export function resource(type: string, inputs: Readonly<Record<string, unknown>>, more: Partial<StateResource> = {}): StateResource {
  const name = type.split(":").at(-1) ?? type;
  const urn = `urn:pulumi:x::af::af:stacks:Facility$af:storage:Storage$${type}::${name}`;
  const metadata = { name: "thing", namespace: "place" };
  return { urn, type, name, inputs: { metadata, ...inputs }, protect: false, retainOnDelete: false, ...more };
}
