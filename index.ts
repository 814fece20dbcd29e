import { loadSite } from "./stacks/load-site";
import { program } from "./stacks/program";

const { site, secrets } = loadSite();
const facility = program(site, secrets);

/** Name of the site, for people. */
export const title = site.site.title;
/** Where users go. */
export const hubUrl = facility.hubUrl;
