import * as k8s from "@pulumi/kubernetes";
import { Facility } from "./stacks/facility";
import { loadSite } from "./stacks/load-site";

const { site, secrets } = loadSite();

const cluster = new k8s.Provider("cluster", {
  // Only a change of this replaces the provider, and with it every resource; a new kubeconfig does not.
  clusterIdentifier: site.site.name,
  enableServerSideApply: true,
});

const facility = new Facility(site, secrets, { providers: { kubernetes: cluster } });

/** Name of the site, for people. */
export const title = site.site.title;
/** Where users go. */
export const hubUrl = facility.hubUrl;
