import * as k8s from "@pulumi/kubernetes";
import { Facility } from "./facility";
import type { Secrets } from "./load-site";
import type { Site } from "./site/schema";

/** The whole program of a stack: one facility on one cluster. The engine runs it, and so does whoever records it without one. */
export function program(site: Site, secrets: Secrets): Facility {
  const cluster = new k8s.Provider("cluster", {
    // Only a change of this replaces the provider, and with it every resource; a new kubeconfig does not.
    clusterIdentifier: site.site.name,
    enableServerSideApply: true,
  });
  return new Facility(site, secrets, { providers: { kubernetes: cluster } });
}
