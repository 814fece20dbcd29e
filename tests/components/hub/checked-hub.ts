import type { JupyterHubValues } from "#af/components/charts/jupyterhub";
import { HUB_CHECK } from "#af/components/hub/check-access";
import { SAMPLE } from "#af/sandbox/live/data-server";
import { siteConfig, spoilt, valueAt } from "../../support/site-config";
import { SNI_SITE, type Subject, subjectOf } from "./subjects";

/** Seconds after which the hub answers that a server starts: less than a start takes. */
const SLOW = 1;

/** Scopes of the check's service. */
export function scopes(): readonly string[] {
  return Object.values(checkedSite().hub.hub.loadRoles ?? {}).flatMap((role) => role.scopes);
}

/** Token of the check's service, and of those that have one of its scopes less. */
export function tokenOf(index: number): string {
  return String(index + 1)
    .padStart(2, "0")
    .repeat(32);
}

/** A site with the check, whose cluster has a load balancer of its own for the site's addresses, as MetalLB is a release of another part. */
function checkedSite(): Subject {
  const checked = spoilt(siteConfig(SNI_SITE), ["hub", "check"], { file: SAMPLE });
  const pools = valueAt(checked, ["platform", "loadBalancer", "pools"]) as Readonly<Record<string, readonly string[]>>;
  return subjectOf(SNI_SITE, spoilt(checked, ["platform", "loadBalancer"], { kind: "provided", addresses: Object.values(pools).flat() }));
}

/**
 * The same site with further services, each of which has one scope of the check less, and with a hub that answers before a server has started, as
 * it does where that takes longer than here.
 */
export function withLesserServices(): Subject {
  const subject = checkedSite();
  const { hub } = subject.hub;
  const lesser = scopes().map((scope, index) => {
    const name = `less-${index}`;
    const role = { services: [name], scopes: scopes().filter((each) => each !== scope) };
    return { name, role, service: { display: false, apiToken: tokenOf(index + 1) } };
  });
  const services = {
    ...hub.services,
    [HUB_CHECK]: { display: false, apiToken: tokenOf(0) },
    ...Object.fromEntries(lesser.map(({ name, service }) => [name, service])),
  };
  const loadRoles = { ...hub.loadRoles, ...Object.fromEntries(lesser.map(({ name, role }) => [name, role])) };
  const config = { ...hub.config, JupyterHub: { ...hub.config["JupyterHub"], tornado_settings: { slow_spawn_timeout: SLOW } } };
  const values: JupyterHubValues = { ...subject.hub, hub: { ...hub, config, services, loadRoles } };
  return { ...subject, hub: values };
}
