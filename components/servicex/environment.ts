import { choose } from "../choose";
import { publicPort, publicUrl, type PublicIngress } from "../platform/public-ingress";
import { APP_SERVICE } from "./parts";
import { APP_SERVICE_PORT } from "./ports";
import type { ServiceX } from "./settings";

/**
 * Where ServiceX is, for user servers: CMS images write `~/.servicex` from it when they start
 * (https://github.com/CoffeaTeam/coffea-casa/blob/master/docker/prepare-env/prepare-env-cc.sh).
 * @param namespace of ServiceX, for its name within the cluster.
 */
export function servicexEnvironment(servicex: ServiceX, namespace: string, ingress: PublicIngress): Readonly<Record<string, string>> {
  return choose(servicex, {
    servicex: ({ host }) => ({
      SERVICEX_HOST:
        host === undefined ? `http://${APP_SERVICE}.${namespace}.svc:${APP_SERVICE_PORT}` : publicUrl(host, publicPort(ingress)),
    }),
    none: () => ({}),
  });
}
