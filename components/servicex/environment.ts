import { choose } from "../choose";
import { publicPort, publicUrl, type PublicIngress } from "../platform/public-ingress";
import { APP_SERVICE } from "./parts";
import { APP_SERVICE_PORT } from "./ports";
import type { ServiceXSettings } from "./settings";

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
    servicex: ({ host }) => ({
      SERVICEX_HOST:
        host === undefined ? `http://${APP_SERVICE}.${namespace}.svc:${APP_SERVICE_PORT}` : publicUrl(host, publicPort(ingress)),
    }),
    none: () => ({}),
  });
}
