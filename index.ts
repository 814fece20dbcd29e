import { loadSite } from "./stacks/load-site";
import { program } from "./stacks/program";

const { site, secrets } = loadSite();
const facility = program(site, secrets);

/** Name of the site, for people. */
export const title = site.site.title;
/** Base domain of the facility's names. */
export const domain = site.site.domain;
/** Where users go. */
export const hubUrl = facility.hubUrl;
/** Where each service answers to the world outside of the cluster: `{ service, address }`, the address with its port. */
export const endpoints = facility.endpoints;
/** StorageClasses for whoever else brings volumes. */
export const storageClasses = facility.storageClasses;
/** Names of the namespaces, by what they are for. */
export const namespaces = facility.namespaces;
