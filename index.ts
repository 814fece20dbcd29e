import { assertNothingUnwanted } from "./changes/unwanted";
import { assertNotFrozen } from "./stacks/freeze";
import { assertHostsJoined } from "./stacks/joined-hosts";
import { loadSite } from "./stacks/load-site";
import { program } from "./stacks/program";
import { hideAnswers } from "./stacks/pulumi-internals";

/** The program of a stack: it registers nothing before it knows that the site may change now, that its hosts are there, and that nothing is lost. */
export = async () => {
  hideAnswers();
  const { site, secrets } = loadSite();
  assertNotFrozen(site);
  await assertHostsJoined(site);
  await assertNothingUnwanted(site);
  const { hubUrl, endpoints, storageClasses, namespaces } = program(site, secrets);
  return {
    /** Name of the site, for people. */
    title: site.site.title,
    /** Base domain of the facility's names. */
    domain: site.site.domain,
    /** Where users go. */
    hubUrl,
    /** Where each service answers to the world outside of the cluster: `{ service, address }`, the address with its port. */
    endpoints,
    /** StorageClasses for whoever else brings volumes. */
    storageClasses,
    /** Names of the namespaces, by what they are for. */
    namespaces,
  };
};
