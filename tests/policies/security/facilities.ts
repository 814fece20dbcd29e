import { plain } from "#af/policies/engine-values";
import { judge } from "#af/policies/judge";
import { objectsOfResource, type KubernetesObject } from "#af/policies/model/objects";
import { connectionsAreListed } from "#af/policies/security/connections-are-listed";
import { recordProgram } from "#af/stacks/record";
import type { Site } from "#af/stacks/site/schema";

/** A site, with all that its stack makes. */
export interface Facility {
  readonly site: Site;
  readonly objects: readonly KubernetesObject[];
}

export async function facilityOf(site: Site): Promise<Facility> {
  const { resources } = await recordProgram(site);
  return { site, objects: resources.flatMap(({ type, inputs, urn }) => objectsOfResource(type, plain(inputs), urn)) };
}

/** What connections-are-listed says about a facility whose policies are others. */
export function saidOf(
  { site, objects }: Facility,
  change: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[] = (all) => all,
): readonly string[] {
  return judge([connectionsAreListed], change(objects), { site }).findings.map(({ object, message }) => `${object.name}: ${message}`);
}
