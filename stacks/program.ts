import * as k8s from "@pulumi/kubernetes";
import { underOneFieldManager } from "../components/field-manager";
import { Facility } from "./facility";
import type { Secrets } from "./load-site";
import type { Site } from "./site/schema";

/** The whole program of a stack: one facility on one cluster. The engine runs it, and the recorder runs it without an engine. */
export function program(site: Site, secrets: Secrets): Facility {
  const cluster = new k8s.Provider("cluster", {
    // Only a new identifier replaces the provider, and with it every resource. A new kubeconfig does not.
    clusterIdentifier: site.site.name,
    enableServerSideApply: true,
    // Otherwise each change of data deletes the object and makes it anew, while pods mount it: one that starts in between does not find it.
    enableConfigMapMutable: true,
    enableSecretMutable: true,
  });
  return new Facility(site, secrets, { providers: { kubernetes: cluster }, transformations: [underOneFieldManager(site.site.name)] });
}
