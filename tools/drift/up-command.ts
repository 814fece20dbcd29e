import { ASKS_THE_CLUSTER } from "../../changes/ways-back";

/**
 * The command that brings a site up, as a person gives it.
 * @param asks whether it asks the cluster first, and so sees what it has not made itself.
 */
export function upCommand(site: string, asks: boolean): string {
  return `pulumi up ${asks ? `${ASKS_THE_CLUSTER} ` : ""}--stack ${site} --policy-pack policies/facility`;
}
