import { xrootdEndpointsOf } from "./door-settings";
import { XCACHE_PORT } from "./ports";
import { cacheEndpoint, type Data } from "./settings";

/**
 * File of a worker of the pool in which the images of CMS put the token that its job brings
 * (https://github.com/CoffeaTeam/coffea-casa/blob/master/docker/prepare-env/prepare-env-cc-analysis.sh).
 */
export const WORKER_TOKEN_FILE = "/tmp/.xcache/access_token";

/**
 * XRootD's client plug-in that reads `root://xcache//...` from the cache (https://github.com/jthiltges/xrdcl-authz-plugin). The client adds
 * its own major version to a name without one, and looks for the library where the image's linker does.
 */
const PLUGIN = "libXrdClXcachePlugin.so";

/** A name that never has an address (https://datatracker.ietf.org/doc/html/rfc2606#section-2), which a client's message shows to the user. */
const NOWHERE = { host: "no-cache-and-no-xrootd-door.invalid", port: XCACHE_PORT };

/**
 * Environment variables with which XRootD's clients read `root://xcache//...`, the same in a user server, in a second container of its pod
 * and, with what {@link jobEnvironment} adds, in a job. The name leads to the site's cache, as the Service of that name does for clients without
 * the plug-in (`signpost-part.ts`).
 * Images have a cache of their own built in, to which they would send the users of a site that says nothing; so without a cache it leads to
 * the first store that speaks XRootD, and without such a store to an error that says so.
 * A client that is given a plug-in in XRD_PLUGIN reads no folder of plug-ins, so no file goes with the variables; one without that library
 * reads from every other host as before (https://github.com/xrootd/xrootd/blob/master/src/XrdCl/XrdClPlugInManager.cc).
 * @param tokenFile file with the reader's token, which is another one in a pod than on a worker; undefined where nobody writes one, so
 *   that the client looks in its usual places.
 */
export function clientEnvironment(data: Data, tokenFile?: string): Readonly<Record<string, string>> {
  const { host, port } = cacheEndpoint(data) ?? doorEndpoint(data) ?? NOWHERE;
  return {
    XCACHE_HOST: host,
    XCACHE_PORT: String(port),
    XRD_PLUGIN: PLUGIN,
    ...(tokenFile !== undefined && { BEARER_TOKEN_FILE: tokenFile }),
  };
}

/**
 * Environment variables with which a job of the pool, outside of the cluster, reads `root://xcache//...`: those of a pod, and the domain of the DNS that has the
 * name `xcache`. glibc completes a name without dots with it, in place of the domains that the host's resolv.conf lists
 * (https://man7.org/linux/man-pages/man5/resolver.5.html, LOCALDOMAIN), so that no file must go with the job.
 * @param tokenFile as for {@link clientEnvironment}.
 */
export function jobEnvironment(data: Data, tokenFile?: string): Readonly<Record<string, string>> {
  const { cache } = data;
  return {
    ...clientEnvironment(data, tokenFile),
    ...(cache.kind === "xcache" && cache.signpost && { LOCALDOMAIN: cache.signpost.domain }),
  };
}

/** True if users' servers are told a place where they can read files. */
export function hasDataServer(data: Data): boolean {
  return (cacheEndpoint(data) ?? doorEndpoint(data)) !== undefined;
}

/** The redirector or first door of the first store that speaks XRootD; undefined where none does. */
function doorEndpoint({ stores }: Data): { readonly host: string; readonly port: number } | undefined {
  const [first] = Object.values(stores).flatMap(({ doors }) => xrootdEndpointsOf(doors));
  return first && { host: first.name, port: first.port };
}
