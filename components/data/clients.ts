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

/**
 * Environment variables with which XRootD's clients read through the site's cache, the same in a user server, in a second container of its
 * pod and in a job; empty without a cache. A client that is given a plug-in in XRD_PLUGIN reads no folder of plug-ins, so no file goes
 * with the variables; one without that library reads from every other host as before
 * (https://github.com/xrootd/xrootd/blob/master/src/XrdCl/XrdClPlugInManager.cc).
 * @param tokenFile file with the reader's token, which is another one in a pod than on a worker; undefined where nobody writes one, so
 *   that the client looks in its usual places.
 */
export function clientEnvironment(data: Data, tokenFile?: string): Readonly<Record<string, string>> {
  const endpoint = cacheEndpoint(data);
  if (endpoint === undefined) return {};
  return {
    XCACHE_HOST: endpoint.host,
    XCACHE_PORT: String(endpoint.port),
    XRD_PLUGIN: PLUGIN,
    ...(tokenFile !== undefined && { BEARER_TOKEN_FILE: tokenFile }),
  };
}
