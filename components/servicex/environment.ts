import { stringify } from "yaml";
import { choose } from "../choose";
import { publicPort, publicUrl, type PublicIngress } from "../platform/public-ingress";
import { APP_SERVICE } from "./parts";
import { APP_SERVICE_PORT } from "./ports";
import type { InstalledServiceX, ServiceXSettings } from "./settings";

/**
 * Environment variables that tell user servers where ServiceX is; the images of CMS write `~/.servicex` from them at their start
 * (https://github.com/CoffeaTeam/coffea-casa/blob/master/docker/prepare-env/prepare-env-cc.sh).
 * @param namespace name of ServiceX' namespace, which is part of its name inside the cluster.
 */
export function servicexEnvironment(
  servicex: ServiceXSettings,
  namespace: string,
  ingress: PublicIngress,
): Readonly<Record<string, string>> {
  return choose(servicex, {
    servicex: (settings) => ({ SERVICEX_HOST: endpointOf(settings, namespace, ingress) }),
    none: () => ({}),
  });
}

/** Name of the file in which ServiceX' client looks for its endpoints. */
export const CLIENT_FILE = "servicex.yaml";

/**
 * Text of the file in which ServiceX' client looks for its endpoints, of which it takes the first; undefined where the site has no ServiceX. It holds no
 * token: the client takes the one in the file that BEARER_TOKEN_FILE names, or that of a file of the user's own. The client's usual folder for downloads
 * has the name of the user, which a user id that the cluster assigned has none of, and then no file can be read
 * (https://github.com/ssl-hep/ServiceX_frontend/blob/3.3.1/servicex/configuration.py).
 * @param namespace name of ServiceX' namespace.
 */
export function servicexClientFile(servicex: ServiceXSettings, namespace: string, ingress: PublicIngress): string | undefined {
  return choose(servicex, {
    servicex: (settings) =>
      stringify({ api_endpoints: [{ name: "servicex", endpoint: endpointOf(settings, namespace, ingress) }], cache_path: "/tmp/servicex" }),
    none: () => undefined,
  });
}

/** URL at which user servers find ServiceX. */
function endpointOf({ host }: InstalledServiceX, namespace: string, ingress: PublicIngress): string {
  return host === undefined ? `http://${APP_SERVICE}.${namespace}.svc:${APP_SERVICE_PORT}` : publicUrl(host, publicPort(ingress));
}
